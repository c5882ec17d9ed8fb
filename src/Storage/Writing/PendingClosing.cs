namespace ViSurf.Storage;

/// <summary>Events whose effects are stored, and the scores that are one of them.</summary>
internal sealed class PendingClosing(IReadOnlyList<string> ids, long closedAt, NewScores? scores = null)
    : PendingWrite<bool>(CallsOf(ids, closedAt, scores))
{
    protected override bool Came => true;

    private static List<Call> CallsOf(IReadOnlyList<string> ids, long closedAt, NewScores? scores)
    {
        List<Call> calls = [.. ids.Select(id => new Call(WriteSql.CloseEvent, [closedAt, id]))];
        if (scores is not null)
        {
            calls.Insert(0, new(WriteSql.PutScores, [scores.Json, scores.ExperimentId, scores.Fence]));
        }

        return calls;
    }
}

/// <summary>Scores of an experiment's attempt.</summary>
internal sealed record NewScores(string ExperimentId, long Fence, string Json);
