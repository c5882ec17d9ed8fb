using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace ViSurf.Storage;

/// <summary>Makes short-lived contexts for reading.</summary>
internal sealed class SqliteContexts : IDbContextFactory<ViSurfDb>
{
    private readonly PooledDbContextFactory<SqliteViSurfDb> pool;

    public SqliteContexts(string file)
    {
        ConnectionString = new SqliteConnectionStringBuilder { DataSource = file }.ToString();
        pool = new(new DbContextOptionsBuilder<SqliteViSurfDb>()
            .UseSqlite(ConnectionString)
            .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
            .AddInterceptors(new SqliteSettings())
            .Options);
    }

    public string ConnectionString { get; }

    public ViSurfDb CreateDbContext() => pool.CreateDbContext();
}
