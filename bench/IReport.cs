namespace ViSurf.Bench;

/// <summary>What a measurement of its own came to.</summary>
internal interface IReport
{
    string Json();

    string Text();
}
