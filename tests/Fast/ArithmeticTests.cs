using ViSurf.Training;

namespace ViSurf.Tests.Fast;

public class ArithmeticTests
{
    private const int Threads = 6;
    private const int SumsOfEach = 100_000;

    // With TorchSharp's own operators some of these sums are garbage, or libtorch throws: more threads than cores leave the
    // collector time to act between the call and the reading of the number.
    [Fact]
    public void A_number_reaches_libtorch_whatever_the_garbage_collector_does()
    {
        using CancellationTokenSource done = new();
        Thread collector = new(() =>
        {
            while (!done.IsCancellationRequested)
            {
                GC.Collect(0, GCCollectionMode.Forced, blocking: true);
                GC.WaitForPendingFinalizers();
            }
        });
        int wrong = 0;
        Thread[] adders = [.. Enumerable.Range(0, Threads).Select(_ => new Thread(() => Interlocked.Add(ref wrong, WrongSums())))];
        collector.Start();
        Array.ForEach(adders, adder => adder.Start());
        Array.ForEach(adders, adder => adder.Join());
        done.Cancel();
        collector.Join();
        Assert.Equal(0, wrong);
    }

    private static int WrongSums()
    {
        using Tensor x = ones(1);
        int wrong = 0;
        for (int i = 0; i < SumsOfEach; i++)
        {
            try
            {
                using Tensor sum = x.Plus(i);
                wrong += sum.item<float>() == i + 1 ? 0 : 1;
            }
            catch (System.Runtime.InteropServices.ExternalException)
            {
                wrong++;
            }
        }

        return wrong;
    }

    [Fact]
    public void Each_operation_is_what_it_says()
    {
        using var scope = NewDisposeScope();
        Tensor x = tensor([1f, -2, 4]);
        Assert.Equal([3f, -4, 8], Floats(x.Plus(tensor([2f, -2, 4]))));
        Assert.Equal([1.5f, -1.5f, 4.5f], Floats(x.Plus(0.5)));
        Assert.Equal([3f, -6, 12], Floats(x.Times(3)));
        Assert.Equal([0.5f, -1, 2], Floats(x.Over(2)));
        Assert.Equal([1f, 4, 16], Floats(x.Squared()));
        Assert.Equal([1f, -1, 2], Floats(x.Within(-1, 2)));
        Assert.Equal([false, false, true], x.Above(1).data<bool>().ToArray());
        Assert.Equal([false, true, false], x.Below(1).data<bool>().ToArray());
        Assert.Equal([false, true], tensor([3L, 5]).Is(5).data<bool>().ToArray());
        Assert.Equal([2f, -1, 5], Floats(x.clone().PlusInPlace(1)));
        Assert.Equal([2f, -4, 8], Floats(x.clone().TimesInPlace(2)));
        Assert.Equal([0.25f, -0.5f, 1], Floats(x.clone().OverInPlace(4)));
        Assert.Equal([3f, -6, 12], Floats(x.clone().PlusInPlace(x, 2)));
        Assert.Equal([3f, 6, 36], Floats(x.clone().PlusProductInPlace(x, x, 2)));
        Assert.Equal([3f, 0, 6], Floats(x.clone().PlusQuotientInPlace(x, x, 2)));
    }

    private static float[] Floats(Tensor x) => x.data<float>().ToArray();
}
