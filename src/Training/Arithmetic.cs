namespace ViSurf.Training;

/// <summary>Arithmetic of tensors with numbers.</summary>
/// <remarks>
/// TorchSharp hands numbers to libtorch as Scalar objects and forgets them before the native call has read them; a garbage
/// collection at that moment frees the number, and the tensor gets garbage. Its own operators do so inside, even the sum of
/// two tensors, whose factor of 1 is a Scalar. Here every Scalar lives until the call is over. Tensors need no such care: their
/// scope holds them. eng/BannedSymbols.txt keeps the operators out. See docs/libtorch.md.
/// </remarks>
public static class Arithmetic
{
    private static readonly Scalar One = 1.ToScalar();
    private static readonly Scalar Two = 2.ToScalar();

    /// <summary>x + y.</summary>
    public static Tensor Plus(this Tensor x, Tensor y) => x.add(y, One);

    /// <summary>x + number.</summary>
    public static Tensor Plus(this Tensor x, double number)
    {
        using Scalar scalar = number.ToScalar();
        return x.add(scalar, One);
    }

    /// <summary>x += number.</summary>
    public static Tensor PlusInPlace(this Tensor x, double number)
    {
        using Scalar scalar = number.ToScalar();
        return x.add_(scalar, One);
    }

    /// <summary>x += factor y.</summary>
    public static Tensor PlusInPlace(this Tensor x, Tensor y, double factor)
    {
        using Scalar scalar = factor.ToScalar();
        return x.add_(y, scalar);
    }

    /// <summary>x += factor y z.</summary>
    public static Tensor PlusProductInPlace(this Tensor x, Tensor y, Tensor z, double factor)
    {
        using Scalar scalar = factor.ToScalar();
        return x.addcmul_(y, z, scalar);
    }

    /// <summary>x += factor y / z.</summary>
    public static Tensor PlusQuotientInPlace(this Tensor x, Tensor y, Tensor z, double factor)
    {
        using Scalar scalar = factor.ToScalar();
        return x.addcdiv_(y, z, scalar);
    }

    /// <summary>number x.</summary>
    public static Tensor Times(this Tensor x, double number)
    {
        using Scalar scalar = number.ToScalar();
        return x.mul(scalar);
    }

    /// <summary>x *= number.</summary>
    public static Tensor TimesInPlace(this Tensor x, double number)
    {
        using Scalar scalar = number.ToScalar();
        return x.mul_(scalar);
    }

    /// <summary>x / number.</summary>
    public static Tensor Over(this Tensor x, double number)
    {
        using Scalar scalar = number.ToScalar();
        return x.div(scalar);
    }

    /// <summary>x /= number.</summary>
    public static Tensor OverInPlace(this Tensor x, double number)
    {
        using Scalar scalar = number.ToScalar();
        return x.div_(scalar);
    }

    /// <summary>x x.</summary>
    public static Tensor Squared(this Tensor x) => x.pow(Two);

    /// <summary>x cut to an interval.</summary>
    public static Tensor Within(this Tensor x, double low, double high)
    {
        using Scalar lowest = low.ToScalar();
        using Scalar highest = high.ToScalar();
        return x.clamp(lowest, highest);
    }

    /// <summary>Where x is above a number.</summary>
    public static Tensor Above(this Tensor x, double number)
    {
        using Scalar scalar = number.ToScalar();
        return x.gt(scalar);
    }

    /// <summary>Where x is below a number.</summary>
    public static Tensor Below(this Tensor x, double number)
    {
        using Scalar scalar = number.ToScalar();
        return x.lt(scalar);
    }

    /// <summary>Where x is a whole number.</summary>
    public static Tensor Is(this Tensor x, long number)
    {
        using Scalar scalar = number.ToScalar();
        return x.eq(scalar);
    }
}
