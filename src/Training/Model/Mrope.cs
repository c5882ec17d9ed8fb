namespace ViSurf.Training.Model;

/// <summary>Rotary tables of the decoder: each frequency pair takes its angle from the axis of its section.</summary>
/// <remarks>Letters: B rows, T tokens, C width of a head, J = C / 2 frequency pairs.</remarks>
internal sealed class Mrope : IDisposable
{
    private readonly Tensor frequency_J;
    private readonly Tensor axis_J;

    public Mrope(ModelConfig config, Device device)
    {
        using var scope = NewDisposeScope();
        int pairs = config.HeadWidth / 2;
        frequency_J = Kept(Enumerable.Range(0, pairs)
            .Select(i => (float)(1 / Math.Pow(config.RopeTheta, 2.0 * i / config.HeadWidth))).ToArray());
        axis_J = Kept(config.MropeSection.SelectMany((size, axis) => Enumerable.Repeat((long)axis, size)).ToArray());

        Tensor Kept<T>(T[] values)
            where T : unmanaged => from_array(values).to(device).DetachFromDisposeScope();
    }

    /// <summary>[3, B, T] positions -> tables broadcastable to [B, T, H, C].</summary>
    public Rotary Tables(Tensor positions_3BT)
    {
        Tensor angle_BTJ = positions_3BT.to(ScalarType.Float32).index_select(0, axis_J).permute(1, 2, 0) * frequency_J;
        Tensor angle = cat([angle_BTJ, angle_BTJ], dim: -1).unsqueeze(2);
        return new(angle.cos(), angle.sin());
    }

    public void Dispose()
    {
        frequency_J.Dispose();
        axis_J.Dispose();
    }
}
