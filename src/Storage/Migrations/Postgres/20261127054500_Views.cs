using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ViSurf.Storage.Migrations.Postgres
{
    /// <summary>Views for people with tools of their own (docs/sql.md). A migration that changes or rebuilds one of their tables drops them
    /// first and makes them anew.</summary>
    public partial class Views : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                CREATE VIEW visurf_sweeps AS
                SELECT
                    id AS sweep,
                    name,
                    revision,
                    phase,
                    to_timestamp(created_at / 1000.0) AS created_at,
                    to_timestamp(ended_at / 1000.0) AS ended_at
                FROM sweeps
                """);

            migrationBuilder.Sql(
                """
                CREATE VIEW visurf_experiments AS
                SELECT
                    experiment.id AS experiment,
                    experiment.sweep,
                    experiment.row AS row_label,
                    experiment.method,
                    experiment.seed,
                    experiment.state::jsonb #>> '{order,spec,data,benchmark}' AS benchmark,
                    experiment.state::jsonb #>> '{order,spec,model,path}' AS model,
                    experiment.phase,
                    experiment.stage_index AS stages_done,
                    experiment.stage_key,
                    experiment.step,
                    experiment.fence AS attempt,
                    experiment.failures,
                    experiment.slot,
                    experiment.reason,
                    to_timestamp(experiment.queued_at / 1000.0) AS queued_at,
                    to_timestamp(experiment.started_at / 1000.0) AS started_at,
                    to_timestamp(experiment.ended_at / 1000.0) AS ended_at,
                    experiment.state::jsonb #> '{order,spec}' AS spec
                FROM experiments AS experiment
                """);

            migrationBuilder.Sql(
                """
                CREATE VIEW visurf_results AS
                SELECT
                    experiment.id AS experiment,
                    experiment.sweep,
                    experiment.row AS row_label,
                    experiment.method,
                    experiment.seed,
                    experiment.state::jsonb #>> '{order,spec,data,benchmark}' AS benchmark,
                    score.key AS measure,
                    score.value::double precision AS value,
                    result.fence AS attempt,
                    to_timestamp(result.at / 1000.0) AS stored_at
                FROM results AS result
                JOIN experiments AS experiment ON experiment.id = result.experiment_id
                CROSS JOIN LATERAL jsonb_each_text(result.scores::jsonb) AS score (key, value)
                """);

            migrationBuilder.Sql(
                """
                CREATE VIEW visurf_stages AS
                SELECT
                    key AS stage_key,
                    name AS stage,
                    state,
                    owner AS experiment,
                    step,
                    steps,
                    (result::jsonb #>> '{cost,prompts}')::bigint AS prompts,
                    (result::jsonb #>> '{cost,tokensSampled}')::bigint AS tokens_sampled,
                    (result::jsonb #>> '{cost,tokensTrained}')::bigint AS tokens_trained,
                    (result::jsonb #>> '{cost,cpuSeconds}')::double precision AS cpu_seconds,
                    (result::jsonb #>> '{cost,deviceSeconds}')::double precision AS device_seconds,
                    (result::jsonb #>> '{cost,peakBytes}')::bigint AS peak_bytes,
                    (result::jsonb #>> '{cost,isPeakShared}')::boolean AS is_peak_shared
                FROM stages
                """);

            migrationBuilder.Sql(
                """
                CREATE VIEW visurf_steps AS
                SELECT
                    experiment.id AS experiment,
                    experiment.sweep,
                    experiment.row AS row_label,
                    experiment.method,
                    experiment.seed,
                    stage.value ->> 'name' AS stage,
                    step.stage_key,
                    step.step,
                    metric.key AS name,
                    metric.value::double precision AS value
                FROM experiments AS experiment
                CROSS JOIN LATERAL jsonb_array_elements(experiment.state::jsonb #> '{order,stages}') AS stage (value)
                JOIN steps AS step ON step.stage_key = stage.value ->> 'key'
                CROSS JOIN LATERAL jsonb_each_text(step.json::jsonb -> 'metrics') AS metric (key, value)
                """);

            migrationBuilder.Sql(
                """
                CREATE VIEW visurf_events AS
                SELECT
                    sequence,
                    id,
                    kind,
                    sweep,
                    experiment,
                    to_timestamp(at / 1000.0) AS at,
                    data
                FROM outbox
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP VIEW visurf_events");
            migrationBuilder.Sql("DROP VIEW visurf_steps");
            migrationBuilder.Sql("DROP VIEW visurf_stages");
            migrationBuilder.Sql("DROP VIEW visurf_results");
            migrationBuilder.Sql("DROP VIEW visurf_experiments");
            migrationBuilder.Sql("DROP VIEW visurf_sweeps");
        }
    }
}
