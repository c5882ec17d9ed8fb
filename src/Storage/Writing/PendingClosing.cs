namespace ViSurf.Storage;

/// <summary>Events whose effects are stored, and the scores that are one of them.</summary>
internal sealed class PendingClosing(IReadOnlyList<string> ids, long closedAt, NewScores? scores = null) : PendingWrite<bool>
{
    protected override bool Came => true;

    public override bool Apply(WriteStatements statements)
    {
        if (scores is not null)
        {
            statements.PutScores.Run(scores.Json, scores.ExperimentId, scores.Fence);
        }

        foreach (string id in ids)
        {
            statements.CloseEvent.Run(closedAt, id);
        }

        return true;
    }
}

/// <summary>Scores of an experiment's attempt.</summary>
internal sealed record NewScores(string ExperimentId, long Fence, string Json);
