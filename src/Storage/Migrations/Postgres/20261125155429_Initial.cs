using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace ViSurf.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "evaluations",
                columns: table => new
                {
                    stage_key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    measurements = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_evaluations", x => x.stage_key);
                });

            migrationBuilder.CreateTable(
                name: "experiments",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    sweep = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    row = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    seed = table.Column<int>(type: "integer", nullable: false),
                    method = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    idx = table.Column<int>(type: "integer", nullable: false),
                    phase = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    stage_index = table.Column<int>(type: "integer", nullable: false),
                    stage_key = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    fence = table.Column<long>(type: "bigint", nullable: false),
                    slot = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    step = table.Column<int>(type: "integer", nullable: false),
                    failures = table.Column<int>(type: "integer", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    queued_at = table.Column<long>(type: "bigint", nullable: false),
                    started_at = table.Column<long>(type: "bigint", nullable: true),
                    ended_at = table.Column<long>(type: "bigint", nullable: true),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_experiments", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "membership",
                columns: table => new
                {
                    cluster = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    silo = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    host = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    gateway_port = table.Column<int>(type: "integer", nullable: false),
                    status = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    suspects = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    started_at = table.Column<long>(type: "bigint", nullable: false),
                    alive_at = table.Column<long>(type: "bigint", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_membership", x => new { x.cluster, x.silo });
                });

            migrationBuilder.CreateTable(
                name: "membership_versions",
                columns: table => new
                {
                    cluster = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    version = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_membership_versions", x => x.cluster);
                });

            migrationBuilder.CreateTable(
                name: "outbox",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    kind = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    sweep = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    experiment = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    data = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    closed_at = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_outbox", x => x.sequence);
                });

            migrationBuilder.CreateTable(
                name: "stages",
                columns: table => new
                {
                    key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    state = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    owner = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    step = table.Column<int>(type: "integer", nullable: false),
                    steps = table.Column<int>(type: "integer", nullable: false),
                    last_blob = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    last = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    previous = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    result = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_stages", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "steps",
                columns: table => new
                {
                    stage_key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    step = table.Column<int>(type: "integer", nullable: false),
                    json = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_steps", x => new { x.stage_key, x.step });
                });

            migrationBuilder.CreateTable(
                name: "sweeps",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    revision = table.Column<int>(type: "integer", nullable: false),
                    phase = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    ended_at = table.Column<long>(type: "bigint", nullable: true),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sweeps", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "results",
                columns: table => new
                {
                    experiment_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    sweep = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    row = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    seed = table.Column<int>(type: "integer", nullable: false),
                    fence = table.Column<long>(type: "bigint", nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    evaluation_key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    scores = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_results", x => x.experiment_id);
                    table.ForeignKey(
                        name: "fk_results_evaluations_evaluation_key",
                        column: x => x.evaluation_key,
                        principalTable: "evaluations",
                        principalColumn: "stage_key",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_results_experiments_experiment_id",
                        column: x => x.experiment_id,
                        principalTable: "experiments",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_experiments_phase_queued_at_idx",
                table: "experiments",
                columns: new[] { "phase", "queued_at", "idx" });

            migrationBuilder.CreateIndex(
                name: "ix_experiments_stage_key",
                table: "experiments",
                column: "stage_key");

            migrationBuilder.CreateIndex(
                name: "ix_experiments_sweep_idx",
                table: "experiments",
                columns: new[] { "sweep", "idx" });

            migrationBuilder.CreateIndex(
                name: "ix_experiments_sweep_phase",
                table: "experiments",
                columns: new[] { "sweep", "phase" });

            migrationBuilder.CreateIndex(
                name: "ix_outbox_id",
                table: "outbox",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_outbox_open",
                table: "outbox",
                column: "sequence",
                filter: "closed_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_outbox_sweep_sequence",
                table: "outbox",
                columns: new[] { "sweep", "sequence" });

            migrationBuilder.CreateIndex(
                name: "ix_results_evaluation_key",
                table: "results",
                column: "evaluation_key");

            migrationBuilder.CreateIndex(
                name: "ix_results_sweep",
                table: "results",
                column: "sweep");

            migrationBuilder.CreateIndex(
                name: "ix_sweeps_created_at_id",
                table: "sweeps",
                columns: new[] { "created_at", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "membership");

            migrationBuilder.DropTable(
                name: "membership_versions");

            migrationBuilder.DropTable(
                name: "outbox");

            migrationBuilder.DropTable(
                name: "results");

            migrationBuilder.DropTable(
                name: "stages");

            migrationBuilder.DropTable(
                name: "steps");

            migrationBuilder.DropTable(
                name: "sweeps");

            migrationBuilder.DropTable(
                name: "evaluations");

            migrationBuilder.DropTable(
                name: "experiments");
        }
    }
}
