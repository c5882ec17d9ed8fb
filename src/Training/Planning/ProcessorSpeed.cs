namespace ViSurf.Training.Planning;

/// <summary>Measures what one thread of this machine can do, in a fraction of a second.</summary>
public static class ProcessorSpeed
{
    private const int Times = 4;

    /// <summary>Multiplications and additions a second of a product of float32 matrices.</summary>
    public static double Flops(TimeProvider clock) => Flops(clock, 1024, 1024, 1024);

    /// <summary>The same for matrices of a given shape: [rows, inner] by [inner, columns].</summary>
    public static double Flops(TimeProvider clock, long rows, long inner, long columns)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor left = ones(rows, inner);
        Tensor right = ones(inner, columns);
        return Times * 2.0 * rows * inner * columns / Seconds(clock, () => left.matmul(right));
    }

    /// <summary>Bytes a second that a copy reads and writes.</summary>
    public static double Bandwidth(TimeProvider clock)
    {
        const long Length = 16 << 20;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor from = ones(Length);
        Tensor to = zeros(Length);
        return Times * 2.0 * 4 * Length / Seconds(clock, () => to.copy_(from));
    }

    private static double Seconds(TimeProvider clock, Func<Tensor> work)
    {
        work(); // loads its code and touches its memory
        long started = clock.GetTimestamp();
        for (int i = 0; i < Times; i++)
        {
            work();
        }

        return clock.GetElapsedTime(started).TotalSeconds;
    }
}
