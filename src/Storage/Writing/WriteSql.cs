namespace ViSurf.Storage;

/// <summary>Every statement that the writer runs, in words that each database knows.</summary>
/// <remarks>
/// Values are given in the order in which a statement first mentions them. What a change expects stands in its statement, never only
/// in this process: others may write to the same database.
/// </remarks>
internal static class WriteSql
{
    public static Sql InsertSweep { get; } = new(
        """
        INSERT INTO sweeps (id, name, revision, phase, created_at, ended_at, state, version)
        VALUES (@id, @name, @revision, @phase, @created_at, @ended_at, @state, 1)
        ON CONFLICT DO NOTHING
        """);

    public static Sql UpdateSweep { get; } = new(
        """
        UPDATE sweeps SET name = @name, revision = @revision, phase = @phase, created_at = @created_at, ended_at = @ended_at,
            state = @state, version = version + 1
        WHERE id = @id AND version = @expected
        """);

    public static Sql InsertExperiment { get; } = new(
        """
        INSERT INTO experiments (id, sweep, row, seed, method, idx, phase, stage_index, stage_key, fence, slot, step, failures, reason,
            queued_at, started_at, ended_at, state, version)
        VALUES (@id, @sweep, @row, @seed, @method, @idx, @phase, @stage_index, @stage_key, @fence, @slot, @step, @failures, @reason,
            @queued_at, @started_at, @ended_at, @state, 1)
        ON CONFLICT DO NOTHING
        """);

    /// <summary>Leaves what never changes: id, sweep, row, seed, method and idx.</summary>
    public static Sql UpdateExperiment { get; } = new(
        """
        UPDATE experiments SET phase = @phase, stage_index = @stage_index, stage_key = @stage_key, fence = @fence, slot = @slot,
            step = @step, failures = @failures, reason = @reason, queued_at = @queued_at, started_at = @started_at, ended_at = @ended_at,
            state = @state, version = version + 1
        WHERE id = @id AND version = @expected
        """);

    public static Sql ClaimFreeStage { get; } = new(
        """
        INSERT INTO stages (key, name, state, owner, step, steps, last_blob, last, previous, result)
        VALUES (@key, @name, @state, @owner, @step, @steps, @last_blob, @last, @previous, @result)
        ON CONFLICT (key) DO UPDATE SET name = excluded.name, state = excluded.state, owner = excluded.owner, step = excluded.step,
            steps = excluded.steps, last_blob = excluded.last_blob, last = excluded.last, previous = excluded.previous,
            result = excluded.result
        WHERE stages.state IN ('abandoned', 'expired') OR (stages.state = 'claimed' AND stages.owner = excluded.owner)
        """);

    public static Sql UpdateOwnStage { get; } = new(
        UpdateStage + " AND state = 'claimed' AND owner = @owner");

    public static Sql UpdateDoneStage { get; } = new(
        UpdateStage + " AND state = 'done' AND last_blob IS DISTINCT FROM @last_blob");

    public static Sql InsertEvaluation { get; } = new(
        "INSERT INTO evaluations (stage_key, measurements) VALUES (@stage_key, @measurements) ON CONFLICT DO NOTHING");

    public static Sql PutStep { get; } = new(
        """
        INSERT INTO steps (stage_key, step, json) VALUES (@stage_key, @step, @json)
        ON CONFLICT (stage_key, step) DO UPDATE SET json = excluded.json
        """);

    /// <summary>Only while the experiment runs under the fence.</summary>
    public static Sql PutStepOfAttempt { get; } = new(
        """
        INSERT INTO steps (stage_key, step, json) SELECT @stage_key, @step, @json
        WHERE EXISTS (SELECT 1 FROM experiments WHERE id = @experiment_id AND phase = 'running' AND fence = @fence)
        ON CONFLICT (stage_key, step) DO UPDATE SET json = excluded.json
        """);

    /// <summary>An older attempt changes nothing; a newer one takes the scores of the older along.</summary>
    public static Sql PutResult { get; } = new(
        """
        INSERT INTO results (experiment_id, sweep, row, seed, fence, at, evaluation_key)
        VALUES (@experiment_id, @sweep, @row, @seed, @fence, @at, @evaluation_key)
        ON CONFLICT (experiment_id) DO UPDATE SET fence = excluded.fence, at = excluded.at, evaluation_key = excluded.evaluation_key,
            scores = CASE WHEN excluded.fence > results.fence THEN NULL ELSE results.scores END
        WHERE excluded.fence >= results.fence
        """);

    public static Sql PutScores { get; } = new(
        "UPDATE results SET scores = @scores WHERE experiment_id = @experiment_id AND fence <= @fence");

    public static Sql InsertEvent { get; } = new(
        """
        INSERT INTO outbox (id, kind, sweep, experiment, at, data) VALUES (@id, @kind, @sweep, @experiment, @at, @data)
        ON CONFLICT DO NOTHING
        """);

    public static Sql CloseEvent { get; } = new(
        "UPDATE outbox SET closed_at = @closed_at WHERE id = @id AND closed_at IS NULL");

    private const string UpdateStage =
        """
        UPDATE stages SET name = @name, state = @state, owner = @owner, step = @step, steps = @steps, last_blob = @last_blob,
            last = @last, previous = @previous, result = @result
        WHERE key = @key
        """;
}
