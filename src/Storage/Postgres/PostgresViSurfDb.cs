using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Metadata;

namespace ViSurf.Storage;

/// <summary>The model in a PostgreSQL database.</summary>
public sealed class PostgresViSurfDb(DbContextOptions<PostgresViSurfDb> options) : ViSurfDb(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);

        // Bytes in order, as SQLite has them: lists and their parts must not depend on the language of a database.
        foreach (IMutableProperty text in modelBuilder.Model.GetEntityTypes().SelectMany(table => table.GetProperties())
            .Where(column => (column.GetProviderClrType() ?? column.ClrType) == typeof(string) || column.ClrType.IsEnum))
        {
            text.SetCollation("C");
        }
    }
}

/// <summary>What 'dotnet ef migrations add' makes its context with.</summary>
internal sealed class PostgresDesign : IDesignTimeDbContextFactory<PostgresViSurfDb>
{
    public PostgresViSurfDb CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresViSurfDb>().UseNpgsql("Host=none").Options);
}
