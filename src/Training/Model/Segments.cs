namespace ViSurf.Training.Model;

/// <summary>Attention within runs of neighbouring rows, without a mask: runs of equal length are computed together.</summary>
/// <remarks>Its tensors live in the scope that it was made in. Letters: P patches, H heads, C width of a head, N runs of one length, L
/// that length.</remarks>
internal sealed class Segments
{
    private readonly List<(long Count, long Length, Tensor? Rows)> groups = [];
    private readonly Tensor? backToOrder;

    public Segments(int[] lengths, Device device)
    {
        int[] starts = new int[lengths.Length];
        for (int i = 1; i < lengths.Length; i++)
        {
            starts[i] = starts[i - 1] + lengths[i - 1];
        }

        List<long> order = [];
        foreach (IGrouping<int, int> equal in Enumerable.Range(0, lengths.Length).GroupBy(i => lengths[i]))
        {
            long[] rows = [.. equal.SelectMany(i => Enumerable.Range(starts[i], lengths[i]).Select(row => (long)row))];
            order.AddRange(rows);
            bool all = rows.Length == lengths.Sum();
            groups.Add((equal.Count(), equal.Key, all ? null : tensor(rows, device: device)));
        }

        backToOrder = groups.Count == 1 ? null : tensor(order.ToArray(), device: device).argsort();
    }

    /// <summary>Attention of each row to the rows of its own run. [P, H, C] x 3 -> [P, H, C].</summary>
    public Tensor Attend(Tensor q_PHC, Tensor k_PHC, Tensor v_PHC)
    {
        Tensor[] parts = [.. groups.Select(group => AttendGroup(group, q_PHC, k_PHC, v_PHC))];
        return backToOrder is null ? parts[0] : cat(parts).index_select(0, backToOrder);
    }

    private static Tensor AttendGroup((long Count, long Length, Tensor? Rows) group, Tensor q_PHC, Tensor k_PHC, Tensor v_PHC)
    {
        Tensor out_NHLC = nn.functional.scaled_dot_product_attention(Split(q_PHC), Split(k_PHC), Split(v_PHC));
        return out_NHLC.transpose(1, 2).reshape(group.Count * group.Length, q_PHC.shape[1], q_PHC.shape[2]);

        Tensor Split(Tensor x_PHC) => (group.Rows is null ? x_PHC : x_PHC.index_select(0, group.Rows))
            .view(group.Count, group.Length, x_PHC.shape[1], x_PHC.shape[2]).transpose(1, 2);
    }
}
