using System.Runtime.InteropServices;
using ViSurf.Training.Devices;

namespace ViSurf.Tests.Fast.Trainer;

/// <summary>A stage's peak is of its own time, and says where more than the stage is in it.</summary>
public class PeakMemoryTests
{
    private readonly Scripted gauge = new();

    [Fact]
    public void A_run_is_told_the_most_of_its_own_time_and_nothing_of_before()
    {
        MemoryWatches watches = new(gauge);
        gauge.Hold(900);
        gauge.Hold(100);
        using MemoryWatch watch = watches.Start();
        Assert.Equal(100, watch.Peak);
        gauge.Hold(400);
        gauge.Hold(200);
        Assert.Equal(400, watch.Peak);
        Assert.False(watch.IsShared);
    }

    [Fact]
    public void Runs_beside_each_other_each_have_their_own_time_and_both_say_that_they_shared()
    {
        MemoryWatches watches = new(gauge);
        using MemoryWatch first = watches.Start();
        gauge.Hold(700);
        gauge.Hold(100);
        MemoryWatch second = watches.Start();
        gauge.Hold(300);
        gauge.Hold(100);
        second.Dispose();
        gauge.Hold(500);
        Assert.Equal((700, 300), (first.Peak, second.Peak));
        Assert.True(first.IsShared && second.IsShared);
        first.Dispose();
        using MemoryWatch third = watches.Start();
        Assert.False(third.IsShared);
    }

    [Fact]
    public void Where_what_was_held_before_cannot_be_forgotten_the_figure_says_so()
    {
        gauge.Forgets = false;
        using MemoryWatch watch = new MemoryWatches(gauge).Start();
        Assert.True(watch.IsShared);
    }

    [Fact]
    public void Where_nobody_counts_there_is_no_figure()
    {
        gauge.IsSilent = true;
        using MemoryWatch watch = new MemoryWatches(gauge).Start();
        Assert.Equal(0, watch.Peak);
    }

    [Fact]
    public void On_the_processor_it_is_what_the_process_held_also_when_it_is_given_back()
    {
        const nuint Size = 512 << 20;
        using MemoryWatch watch = MemoryWatch.Start(CPU);
        long before = watch.Peak;
        Touch(Size);
        Assert.True(before > 0);
        Assert.True(watch.Peak >= before + ((long)Size / 2), $"{before} -> {watch.Peak}");
    }

    [Fact]
    public void A_second_run_on_a_GPU_finds_held_what_the_first_took()
    {
        GpuGauge gpu = new(0);
        Assert.True(gpu.BeginAnew());
        Assert.False(gpu.BeginAnew());
    }

    private static unsafe void Touch(nuint size)
    {
        void* bytes = NativeMemory.Alloc(size);
        NativeMemory.Fill(bytes, size, 1);
        NativeMemory.Free(bytes);
    }

    private sealed class Scripted : MemoryGauge
    {
        private long held;
        private long highest;

        public bool Forgets { get; set; } = true;

        public bool IsSilent { get; set; }

        public void Hold(long bytes)
        {
            held = bytes;
            highest = Math.Max(highest, bytes);
        }

        public override long? Peak() => IsSilent ? null : highest;

        public override bool BeginAnew()
        {
            highest = held;
            return Forgets;
        }
    }
}
