using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ViSurf.Storage.Migrations.Sqlite
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
                    strftime('%Y-%m-%dT%H:%M:%fZ', created_at / 1000.0, 'unixepoch') AS created_at,
                    strftime('%Y-%m-%dT%H:%M:%fZ', ended_at / 1000.0, 'unixepoch') AS ended_at
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
                    json_extract(experiment.state, '$.order.spec.data.benchmark') AS benchmark,
                    json_extract(experiment.state, '$.order.spec.model.path') AS model,
                    experiment.phase,
                    experiment.stage_index AS stages_done,
                    experiment.stage_key,
                    experiment.step,
                    experiment.fence AS attempt,
                    experiment.failures,
                    experiment.slot,
                    experiment.reason,
                    strftime('%Y-%m-%dT%H:%M:%fZ', experiment.queued_at / 1000.0, 'unixepoch') AS queued_at,
                    strftime('%Y-%m-%dT%H:%M:%fZ', experiment.started_at / 1000.0, 'unixepoch') AS started_at,
                    strftime('%Y-%m-%dT%H:%M:%fZ', experiment.ended_at / 1000.0, 'unixepoch') AS ended_at,
                    json_extract(experiment.state, '$.order.spec') AS spec
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
                    json_extract(experiment.state, '$.order.spec.data.benchmark') AS benchmark,
                    score.key AS measure,
                    score.value AS value,
                    result.fence AS attempt,
                    strftime('%Y-%m-%dT%H:%M:%fZ', result.at / 1000.0, 'unixepoch') AS stored_at
                FROM results AS result
                JOIN experiments AS experiment ON experiment.id = result.experiment_id
                JOIN json_each(result.scores) AS score
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
                    json_extract(result, '$.cost.prompts') AS prompts,
                    json_extract(result, '$.cost.tokensSampled') AS tokens_sampled,
                    json_extract(result, '$.cost.tokensTrained') AS tokens_trained,
                    json_extract(result, '$.cost.cpuSeconds') AS cpu_seconds,
                    json_extract(result, '$.cost.deviceSeconds') AS device_seconds,
                    json_extract(result, '$.cost.peakBytes') AS peak_bytes,
                    json_extract(result, '$.cost.isPeakShared') AS is_peak_shared
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
                    json_extract(stage.value, '$.name') AS stage,
                    step.stage_key,
                    step.step,
                    metric.key AS name,
                    metric.value AS value
                FROM experiments AS experiment
                JOIN json_each(experiment.state, '$.order.stages') AS stage
                JOIN steps AS step ON step.stage_key = json_extract(stage.value, '$.key')
                JOIN json_each(step.json, '$.metrics') AS metric
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
                    strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000.0, 'unixepoch') AS at,
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
