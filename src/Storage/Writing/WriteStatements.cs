using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ViSurf.Storage;

/// <summary>Every statement that the writer runs, prepared on its connection.</summary>
/// <remarks>Values are given in the order in which a statement first mentions them.</remarks>
internal sealed class WriteStatements(SqliteConnection connection) : IDisposable
{
    public Statement Begin { get; } = new(connection, "BEGIN IMMEDIATE");

    public Statement Commit { get; } = new(connection, "COMMIT");

    public Statement Rollback { get; } = new(connection, "ROLLBACK");

    public Statement Mark { get; } = new(connection, "SAVEPOINT one_write");

    public Statement Keep { get; } = new(connection, "RELEASE one_write");

    public Statement BackToMark { get; } = new(connection, "ROLLBACK TO one_write");

    public Statement InsertSweep { get; } = new(connection,
        """
        INSERT INTO sweeps (id, name, revision, phase, created_at, ended_at, state, version)
        VALUES (@id, @name, @revision, @phase, @created_at, @ended_at, @state, 1)
        ON CONFLICT DO NOTHING
        """);

    public Statement UpdateSweep { get; } = new(connection,
        """
        UPDATE sweeps SET name = @name, revision = @revision, phase = @phase, created_at = @created_at, ended_at = @ended_at,
            state = @state, version = version + 1
        WHERE id = @id AND version = @expected
        """);

    public Statement InsertExperiment { get; } = new(connection,
        """
        INSERT INTO experiments (id, sweep, row, seed, method, idx, phase, stage_index, stage_key, fence, slot, step, failures, reason,
            queued_at, started_at, ended_at, state, version)
        VALUES (@id, @sweep, @row, @seed, @method, @idx, @phase, @stage_index, @stage_key, @fence, @slot, @step, @failures, @reason,
            @queued_at, @started_at, @ended_at, @state, 1)
        ON CONFLICT DO NOTHING
        """);

    /// <summary>Leaves what never changes: id, sweep, row, seed, method and idx.</summary>
    public Statement UpdateExperiment { get; } = new(connection,
        """
        UPDATE experiments SET phase = @phase, stage_index = @stage_index, stage_key = @stage_key, fence = @fence, slot = @slot,
            step = @step, failures = @failures, reason = @reason, queued_at = @queued_at, started_at = @started_at, ended_at = @ended_at,
            state = @state, version = version + 1
        WHERE id = @id AND version = @expected
        """);

    public Statement ClaimFreeStage { get; } = new(connection,
        """
        INSERT INTO stages (key, name, state, owner, step, steps, last_blob, last, previous, result)
        VALUES (@key, @name, @state, @owner, @step, @steps, @last_blob, @last, @previous, @result)
        ON CONFLICT (key) DO UPDATE SET name = excluded.name, state = excluded.state, owner = excluded.owner, step = excluded.step,
            steps = excluded.steps, last_blob = excluded.last_blob, last = excluded.last, previous = excluded.previous,
            result = excluded.result
        WHERE stages.state = 'abandoned' OR (stages.state = 'claimed' AND stages.owner = excluded.owner)
        """);

    public Statement UpdateOwnStage { get; } = new(connection, UpdateStage + " AND state = 'claimed' AND owner = @owner");

    public Statement UpdateDoneStage { get; } = new(connection,
        UpdateStage + " AND state = 'done' AND last_blob IS DISTINCT FROM @last_blob");

    public Statement InsertEvaluation { get; } = new(connection,
        "INSERT INTO evaluations (stage_key, measurements) VALUES (@stage_key, @measurements) ON CONFLICT DO NOTHING");

    public Statement PutStep { get; } = new(connection,
        """
        INSERT INTO steps (stage_key, step, json) VALUES (@stage_key, @step, @json)
        ON CONFLICT (stage_key, step) DO UPDATE SET json = excluded.json
        """);

    /// <summary>An older attempt changes nothing; a newer one takes the scores of the older along.</summary>
    public Statement PutResult { get; } = new(connection,
        """
        INSERT INTO results (experiment_id, sweep, row, seed, fence, at, evaluation_key)
        VALUES (@experiment_id, @sweep, @row, @seed, @fence, @at, @evaluation_key)
        ON CONFLICT (experiment_id) DO UPDATE SET fence = excluded.fence, at = excluded.at, evaluation_key = excluded.evaluation_key,
            scores = CASE WHEN excluded.fence > results.fence THEN NULL ELSE results.scores END
        WHERE excluded.fence >= results.fence
        """);

    public Statement PutScores { get; } = new(connection,
        "UPDATE results SET scores = @scores WHERE experiment_id = @experiment_id AND fence <= @fence");

    public Statement InsertEvent { get; } = new(connection,
        """
        INSERT INTO outbox (id, kind, sweep, experiment, at, data) VALUES (@id, @kind, @sweep, @experiment, @at, @data)
        ON CONFLICT DO NOTHING
        """);

    public Statement CloseEvent { get; } = new(connection,
        "UPDATE outbox SET closed_at = @closed_at WHERE id = @id AND closed_at IS NULL");

    public bool IsInTransaction => raw.sqlite3_get_autocommit(connection.Handle) == 0;

    private const string UpdateStage =
        """
        UPDATE stages SET name = @name, state = @state, owner = @owner, step = @step, steps = @steps, last_blob = @last_blob,
            last = @last, previous = @previous, result = @result
        WHERE key = @key
        """;

    public void Dispose()
    {
        Statement[] all =
        [
            Begin, Commit, Rollback, Mark, Keep, BackToMark, InsertSweep, UpdateSweep, InsertExperiment, UpdateExperiment, ClaimFreeStage,
            UpdateOwnStage, UpdateDoneStage, InsertEvaluation, PutStep, PutResult, PutScores, InsertEvent, CloseEvent,
        ];
        foreach (Statement statement in all)
        {
            statement.Dispose();
        }
    }
}
