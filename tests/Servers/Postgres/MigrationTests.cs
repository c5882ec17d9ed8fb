using Microsoft.EntityFrameworkCore;
using ViSurf.Sdk;
using ViSurf.Storage;

namespace ViSurf.Tests.Servers.Postgres;

/// <summary>What bringing a database to a version promises.</summary>
public class MigrationTests
{
    [Fact]
    public async Task Of_many_who_migrate_at_once_one_does_and_a_later_one_finds_nothing_to_do()
    {
        string connection = PostgresServer.OfAll.Create("migrated_at_once", isMigrated: false);
        IReadOnlyList<string>[] made = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ =>
            Task.Run(() => PostgresStorage.Migrate(connection))));
        Assert.EndsWith("_Initial", Assert.Single(made, names => names.Count > 0)[0], StringComparison.Ordinal);
        Assert.Empty(PostgresStorage.Migrate(connection));
        PostgresStorage.Open(connection, TimeProvider.System).Dispose();
    }

    [Fact]
    public void A_database_that_is_not_migrated_is_refused_with_the_command_to_give()
    {
        Fault fault = Refused(PostgresServer.OfAll.Create("not_migrated", isMigrated: false));
        Assert.Equal(FaultCode.Conflict, fault.Code);
        Assert.Matches(@"^127\.0\.0\.1:\d+/not_migrated: lacks the migration \d+_Initial.*visurf migrate --postgres", fault.Message);
    }

    [Fact]
    public void A_database_of_a_newer_version_is_refused_by_name_and_not_touched()
    {
        string connection = PostgresServer.OfAll.Create("newer");
        PostgresServer.Execute(connection, "INSERT INTO \"__EFMigrationsHistory\" VALUES ('99990101000000_Later', '99.0.0')");
        Fault[] faults = [Refused(connection), Assert.Throws<Fault>(() => PostgresStorage.Migrate(connection))];
        Assert.All(faults, fault =>
        {
            Assert.Equal(FaultCode.Conflict, fault.Code);
            Assert.Contains("/newer: was written by a newer version, with the migration 99990101000000_Later", fault.Message,
                StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("nonsense", FaultCode.SpecInvalid, "--postgres")]
    [InlineData("Username=me;Password=secret", FaultCode.SpecInvalid, "--postgres")]
    [InlineData("Host=127.0.0.1;Port=1;Username=me;Password=secret;Database=x", FaultCode.Unavailable, "127.0.0.1:1/x")]
    public void What_leads_to_no_server_is_named_without_its_password(string connection, FaultCode code, string subject)
    {
        foreach (Fault fault in new[] { Refused(connection), Assert.Throws<Fault>(() => PostgresStorage.Migrate(connection)) })
        {
            Assert.Equal((code, subject), (fault.Code, fault.Subject));
            Assert.DoesNotContain("secret", fault.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_database_that_is_not_there_is_not_made()
    {
        string connection = PostgresServer.OfAll.ConnectionTo("nowhere");
        Assert.Equal(FaultCode.NotFound, Refused(connection).Code);
        Assert.Equal(FaultCode.NotFound, Assert.Throws<Fault>(() => PostgresStorage.Migrate(connection)).Code);
    }

    [Fact]
    public void The_model_has_no_change_without_a_migration()
    {
        using PostgresContexts contexts = new("Host=none");
        using ViSurfDb db = contexts.CreateDbContext();
        Assert.False(db.Database.HasPendingModelChanges(),
            "dotnet ef migrations add NAME --project src/Storage --context PostgresViSurfDb --output-dir Migrations/Postgres");
    }

    private static Fault Refused(string connection) => Assert.Throws<Fault>(() => PostgresStorage.Open(connection, TimeProvider.System));
}
