using System.Globalization;
using System.Runtime.CompilerServices;
using ViSurf.Training.Trainer;

namespace ViSurf.Tests.Fast;

internal static class Startup
{
    // As every program of the house does first.
    [ModuleInitializer]
    internal static void Initialise()
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        TorchThreads.UseOneARun();
    }
}
