using ViSurf.Sdk;
using ViSurf.Training.Experiments;

namespace ViSurf.Tests.Fast.Experiments;

public class StateFolderTests
{
    [Fact]
    public void A_state_folder_has_one_process_at_a_time()
    {
        using TemporaryFolder folder = new();
        using (StateFolder held = new(folder.Path))
        {
            Assert.Equal(FaultCode.Conflict, Assert.Throws<Fault>(() => new StateFolder(folder.Path)).Code);
        }

        new StateFolder(folder.Path).Dispose();
    }
}
