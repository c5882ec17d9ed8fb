namespace ViSurf.Training.Weights;

/// <summary>A tensor that is to be written: its numbers are made when its turn comes, and not kept.</summary>
/// <param name="Type">The type in the file; numbers of another type are converted.</param>
/// <param name="Make">Called once, within a dispose scope: what it makes goes with that, what it only hands out stays.</param>
public sealed record PlannedTensor(string Name, ScalarType Type, long[] Shape, Func<Tensor> Make)
{
    /// <summary>Bytes in the file.</summary>
    public long Length => Shape.Aggregate((long)Type.ElementSize(), (product, size) => product * size);

    /// <summary>A tensor that is there already, in its own type.</summary>
    public static PlannedTensor Of(string name, Tensor tensor) => new(name, tensor.dtype, tensor.shape, () => tensor);
}
