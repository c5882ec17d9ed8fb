using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using ViSurf.Sdk;

namespace ViSurf.Storage;

/// <summary>The one model of everything that is stored, whatever the database.</summary>
/// <remarks>Names are snake_case, so that SQL needs no quotes; only types and functions that every database has.</remarks>
public abstract class ViSurfDb(DbContextOptions options) : DbContext(options)
{
    public DbSet<SweepEntity> Sweeps => Set<SweepEntity>();

    public DbSet<ExperimentEntity> Experiments => Set<ExperimentEntity>();

    public DbSet<StageEntity> Stages => Set<StageEntity>();

    public DbSet<EvaluationEntity> Evaluations => Set<EvaluationEntity>();

    public DbSet<ResultEntity> Results => Set<ResultEntity>();

    public DbSet<StepEntity> Steps => Set<StepEntity>();

    public DbSet<EventEntity> Outbox => Set<EventEntity>();

    public DbSet<MembershipEntity> Membership => Set<MembershipEntity>();

    public DbSet<MembershipVersionEntity> MembershipVersions => Set<MembershipVersionEntity>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<Phase>().HaveConversion<WordConverter<Phase>>();
        configurationBuilder.Properties<SweepPhase>().HaveConversion<WordConverter<SweepPhase>>();
        configurationBuilder.Properties<StageState>().HaveConversion<WordConverter<StageState>>();
        configurationBuilder.Properties<SiloStatus>().HaveConversion<WordConverter<SiloStatus>>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<SweepEntity>(sweep =>
        {
            sweep.ToTable("sweeps").HasKey(row => row.Id);
            sweep.HasIndex(row => new { row.CreatedAt, row.Id });
        });
        modelBuilder.Entity<ExperimentEntity>(experiment =>
        {
            experiment.ToTable("experiments").HasKey(row => row.Id);
            experiment.Property(row => row.Index).HasColumnName("idx");
            experiment.HasIndex(row => new { row.Phase, row.QueuedAt, row.Index });
            experiment.HasIndex(row => new { row.Sweep, row.Index });
            experiment.HasIndex(row => new { row.Sweep, row.Phase });
            experiment.HasIndex(row => row.StageKey);
        });
        modelBuilder.Entity<StageEntity>().ToTable("stages").HasKey(row => row.Key);
        modelBuilder.Entity<EvaluationEntity>().ToTable("evaluations").HasKey(row => row.StageKey);
        modelBuilder.Entity<StepEntity>().ToTable("steps").HasKey(row => new { row.StageKey, row.Step });
        modelBuilder.Entity<ResultEntity>(result =>
        {
            result.ToTable("results").HasKey(row => row.ExperimentId);
            result.HasIndex(row => row.Sweep);
            result.HasOne<ExperimentEntity>().WithOne().HasForeignKey<ResultEntity>(row => row.ExperimentId);
            result.HasOne<EvaluationEntity>().WithMany().HasForeignKey(row => row.EvaluationKey);
        });
        modelBuilder.Entity<EventEntity>(outbox =>
        {
            outbox.ToTable("outbox").HasKey(row => row.Sequence);
            outbox.Property(row => row.Id).IsRequired();
            outbox.HasIndex(row => row.Id).IsUnique();
            outbox.HasIndex(row => new { row.Sweep, row.Sequence });
            outbox.HasIndex(row => row.Sequence, "ix_outbox_open").HasFilter("closed_at IS NULL");
        });
        modelBuilder.Entity<MembershipEntity>().ToTable("membership").HasKey(row => new { row.Cluster, row.Silo });
        modelBuilder.Entity<MembershipVersionEntity>().ToTable("membership_versions").HasKey(row => row.Cluster);
        UseSnakeCase(modelBuilder);
    }

    private static void UseSnakeCase(ModelBuilder modelBuilder)
    {
        foreach (IMutableEntityType table in modelBuilder.Model.GetEntityTypes())
        {
            foreach (IMutableProperty column in table.GetProperties().Where(column => column.Name != nameof(ExperimentEntity.Index)))
            {
                column.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(column.Name));
            }

            foreach (IMutableKey key in table.GetKeys())
            {
                key.SetName(key.GetName()!.ToLowerInvariant());
            }

            foreach (IMutableForeignKey key in table.GetForeignKeys())
            {
                key.SetConstraintName(key.GetConstraintName()!.ToLowerInvariant());
            }

            foreach (IMutableIndex index in table.GetIndexes())
            {
                index.SetDatabaseName(index.GetDatabaseName()!.ToLowerInvariant());
            }
        }
    }
}
