using System.Globalization;
using System.Runtime.CompilerServices;

namespace ViSurf.Tests.Fast;

internal static class Startup
{
    // As every program of the house does first.
    [ModuleInitializer]
    internal static void Initialise()
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        set_num_threads(1);
    }
}
