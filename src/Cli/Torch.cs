using ViSurf.Training.Trainer;

namespace ViSurf.Cli;

/// <summary>Settings of libtorch for a whole process.</summary>
internal static class Torch
{
    public static void UseOneThreadARun() => TorchThreads.UseOneARun();
}
