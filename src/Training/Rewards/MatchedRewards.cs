using ViSurf.Training.Answers;
using ViSurf.Training.Geometry;

namespace ViSurf.Training.Rewards;

/// <summary>Pairs predicted and true objects so that they agree best, and pays for the agreement.</summary>
/// <remarks>
/// sum of the pairs' agreements / max(predicted, true). Both empty: everything; one empty: 0; unreadable: 0, never "empty"
/// (the source gives 0 for both empty, which would punish every right refusal).
/// </remarks>
public abstract class MatchedReward : Reward
{
    public override double Judge(ParsedResponse response, Truth truth, Thresholds thresholds)
    {
        if (response.Objects is not { } predicted)
        {
            return 0;
        }

        if (predicted.Count == 0 || truth.Objects.Count == 0)
        {
            return predicted.Count == truth.Objects.Count ? Max : 0;
        }

        double[,] cost = new double[predicted.Count, truth.Objects.Count];
        for (int i = 0; i < predicted.Count; i++)
        {
            for (int k = 0; k < truth.Objects.Count; k++)
            {
                cost[i, k] = Max - Agreement(predicted[i], truth.Objects[k], truth.Frame, thresholds);
            }
        }

        double agreed = Assignment.Solve(cost).Select((k, i) => k < 0 ? 0 : Max - cost[i, k]).Sum();
        return agreed / Math.Max(predicted.Count, truth.Objects.Count);
    }

    /// <summary>From 0 to <see cref="Reward.Max"/>.</summary>
    protected abstract double Agreement(Located predicted, Located truth, Frame frame, Thresholds thresholds);
}

/// <summary>1 for each pair of boxes that overlap by more than the threshold.</summary>
[Named("box-iou", Source = "arXiv:2505.12081, sec. 3.3")]
public sealed class BoxIouReward : MatchedReward
{
    public override double Max => 1;

    protected override double Agreement(Located predicted, Located truth, Frame frame, Thresholds thresholds) =>
        Near(predicted, truth, thresholds) ? 1 : 0;

    internal static bool Near(Located predicted, Located truth, Thresholds thresholds) =>
        predicted.Box is { } box && truth.Box is { } right && box.Iou(right) > thresholds.Iou;
}

/// <summary>1 for each pair of boxes whose sides lie near: mean |difference| of the four, in fractions of the frame.</summary>
[Named("box-l1", Source = "arXiv:2505.12081, sec. 3.3")]
public sealed class BoxL1Reward : MatchedReward
{
    public override double Max => 1;

    protected override double Agreement(Located predicted, Located truth, Frame frame, Thresholds thresholds) =>
        Near(predicted, truth, frame, thresholds) ? 1 : 0;

    internal static bool Near(Located predicted, Located truth, Frame frame, Thresholds thresholds)
    {
        if (predicted.Box is not { } box || truth.Box is not { } right)
        {
            return false;
        }

        double across = Math.Abs(box.X1 - right.X1) + Math.Abs(box.X2 - right.X2);
        double down = Math.Abs(box.Y1 - right.Y1) + Math.Abs(box.Y2 - right.Y2);
        return ((across / frame.Width) + (down / frame.Height)) / 4 < thresholds.L1;
    }
}

/// <summary>1 for each pair of points that lie near, where the predicted one lies inside its own box.</summary>
[Named("point", Source = "arXiv:2505.12081, sec. 3.3")]
public sealed class PointReward : MatchedReward
{
    public override double Max => 1;

    protected override double Agreement(Located predicted, Located truth, Frame frame, Thresholds thresholds) =>
        Near(predicted, truth, frame, thresholds) ? 1 : 0;

    internal static bool Near(Located predicted, Located truth, Frame frame, Thresholds thresholds)
    {
        if (predicted.Point is not { } point || truth.Point is not { } right || predicted.Box is not { } box || !box.Contains(point))
        {
            return false;
        }

        (double x, double y) = ((point.X - right.X) / frame.Width, (point.Y - right.Y) / frame.Height);
        return Math.Sqrt((x * x) + (y * y)) < thresholds.Point;
    }
}

/// <summary>Up to 3: overlap, near sides and near point of each matched pair.</summary>
[Named("multi-object", Source = "arXiv:2505.12081, sec. 3.3")]
public sealed class MultiObjectReward : MatchedReward
{
    public override double Max => 3;

    protected override double Agreement(Located predicted, Located truth, Frame frame, Thresholds thresholds) =>
        (BoxIouReward.Near(predicted, truth, thresholds) ? 1 : 0)
        + (BoxL1Reward.Near(predicted, truth, frame, thresholds) ? 1 : 0)
        + (PointReward.Near(predicted, truth, frame, thresholds) ? 1 : 0);
}
