using ViSurf.Sdk;
using ViSurf.Training.Devices;

namespace ViSurf.Tests.Fast.Trainer;

public class DeviceTests
{
    [Theory]
    [InlineData("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of ...", FaultCode.OutOfMemory)]
    [InlineData("CUDA error: out of memory", FaultCode.OutOfMemory)]
    [InlineData("[enforce fail at alloc_cpu.cpp:117] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to", FaultCode.OutOfMemory)]
    [InlineData("CUDA error: device-side assert triggered\nCUDA kernel errors might be", FaultCode.DeviceLost)]
    [InlineData("CUDA error: an illegal memory access was encountered", FaultCode.DeviceLost)]
    [InlineData("CUDA error: uncorrectable ECC error encountered", FaultCode.DeviceLost)]
    [InlineData("CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling cublasSgemm", FaultCode.DeviceLost)]
    [InlineData("cuDNN error: CUDNN_STATUS_INTERNAL_ERROR", FaultCode.DeviceLost)]
    [InlineData("CUDA error: no CUDA-capable device is detected", FaultCode.Unavailable)]
    [InlineData("CUDA driver version is insufficient for CUDA runtime version", FaultCode.Unavailable)]
    [InlineData("CUDA error: invalid device ordinal", FaultCode.Unavailable)]
    public void What_libtorch_says_tells_what_became_of_a_device(string message, FaultCode code)
    {
        Exception exception = new InvalidOperationException("outer", new IOException(message));
        Fault fault = DeviceFaults.Of(exception)!;
        Assert.Equal(code, fault.Code);
        Assert.StartsWith(message.Split('\n')[0], fault.Reason, StringComparison.Ordinal);
        Assert.Equal(code == FaultCode.OutOfMemory, fault.Reason.Contains("train.recompute", StringComparison.Ordinal));
    }

    [Fact]
    public void Other_errors_are_about_something_else() =>
        Assert.Null(DeviceFaults.Of(new IOException("mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)")));

    [Fact]
    public void Auto_is_the_processor_where_there_is_no_GPU()
    {
        Assert.SkipWhen(cuda.is_available(), "this machine has a GPU");
        Assert.Equal(DeviceType.CPU, DeviceChoice.One("auto", "--device").type);
        Assert.Equal(["cpu:0", "cpu:1", "cpu:2"], DeviceChoice.Slots("auto", 3, "--device"));
    }

    [Theory]
    [InlineData("cuda")]
    [InlineData("cuda:0")]
    public void A_GPU_that_is_asked_for_and_not_there_is_refused_with_the_reason(string asked)
    {
        Assert.SkipWhen(cuda.is_available(), "this machine has a GPU");
        Fault fault = Assert.Throws<Fault>(() => DeviceChoice.One(asked, "--device"));
        Assert.Equal((FaultCode.Unavailable, "--device"), (fault.Code, fault.Subject));
        Assert.Contains("is for the processor alone", fault.Reason, StringComparison.Ordinal);
        Assert.Contains("allowed here: auto, cpu", fault.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("CPU")]
    public void Another_word_is_refused_with_those_that_are_allowed(string asked)
    {
        Fault fault = Assert.Throws<Fault>(() => DeviceChoice.Slots(asked, 1, "--device"));
        Assert.Equal(FaultCode.SpecInvalid, fault.Code);
        Assert.Contains($"is '{asked}'; allowed: auto, cpu, cuda", fault.Reason, StringComparison.Ordinal);
    }
}
