using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace ViSurf.Storage;

/// <summary>The model in a SQLite file.</summary>
public sealed class SqliteViSurfDb(DbContextOptions<SqliteViSurfDb> options) : ViSurfDb(options);

/// <summary>What 'dotnet ef migrations add' makes its context with.</summary>
internal sealed class SqliteDesign : IDesignTimeDbContextFactory<SqliteViSurfDb>
{
    public SqliteViSurfDb CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteViSurfDb>().UseSqlite("Data Source=:memory:").Options);
}
