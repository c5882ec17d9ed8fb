using ViSurf.Training.Weights;

namespace ViSurf.Training.Planning;

/// <summary>Weights that have a shape and no numbers: a model of any size, in no memory.</summary>
public sealed class ShapeOnly : IWeightSource
{
    private static readonly Device Nowhere = new(DeviceType.META);

    public Tensor Get(string name, Initial initial, long[] shape) => empty(shape, device: Nowhere);
}
