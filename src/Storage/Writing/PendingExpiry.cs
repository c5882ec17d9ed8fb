using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Storage;

/// <summary>A finished stage whose checkpoint is given up.</summary>
internal sealed class PendingExpiry(StageRow row) : PendingWrite<bool>([StageCalls.Of(new(
    row with { State = StageState.Expired, Last = null, Previous = null }, StageCondition.IsDone))])
{
    protected override bool Came => Refused is null;
}
