namespace ViSurf.Training.Model;

/// <summary>A low-rank addition to one weight: y = W x + scale B (A x).</summary>
/// <remarks>Letters: R rank, I inputs, O outputs. Source: Hu et al. 2021, arXiv:2106.09685, eq. 3.</remarks>
/// <param name="a_RI">Float32, trained.</param>
/// <param name="b_OR">Float32, trained.</param>
/// <param name="scale">alpha / rank.</param>
internal sealed class Adapter(Tensor a_RI, Tensor b_OR, double scale) : IDisposable
{
    private (Tensor A, Tensor B)? before;

    /// <summary>Whether the addition is the one from before training: that which it started from, or none.</summary>
    public bool IsBefore { get; set; }

    public Tensor A => a_RI;

    public Tensor B => b_OR;

    /// <summary>What is added to W x; null where nothing is. Computed in the type of x. [..., I] -> [..., O].</summary>
    public Tensor? Delta(Tensor x)
    {
        if (IsBefore && before is null)
        {
            return null;
        }

        (Tensor a, Tensor b) = IsBefore ? before!.Value : (a_RI, b_OR);
        return nn.functional.linear(nn.functional.linear(x, a.to(x.dtype)).Times(scale), b.to(x.dtype));
    }

    /// <summary>W + scale B A, computed in float32, in W's type, in the caller's scope.</summary>
    public Tensor Merged(Tensor weight_OI)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return weight_OI.to(ScalarType.Float32).Plus(b_OR.matmul(a_RI).Times(scale)).to(weight_OI.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Takes the present values as those from before training.</summary>
    public void Remember()
    {
        using var noGrad = no_grad();
        Forget();
        before = (a_RI.detach().clone().DetachFromDisposeScope(), b_OR.detach().clone().DetachFromDisposeScope());
    }

    public void Dispose()
    {
        Forget();
        a_RI.Dispose();
        b_OR.Dispose();
    }

    private void Forget()
    {
        before?.A.Dispose();
        before?.B.Dispose();
        before = null;
    }
}
