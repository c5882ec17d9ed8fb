using System.Buffers.Binary;
using System.Text;
using ViSurf.Sdk;
using ViSurf.Training.Reports;
using ViSurf.Training.Trainer;

namespace ViSurf.Tests.Fast.Reports;

public class PlotTests
{
    private static readonly byte[] PngSignature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];
    private static readonly CurveMetric Dev = Curves.Shown.Single(metric => metric.Name == "dev/pAcc");

    [Fact]
    public void The_same_results_give_the_same_bytes_in_every_plot()
    {
        (StudyPlots once, StudyPlots again) = (Make(), Make());
        Assert.Equal(["curve-dev-pAcc", "bars", "pareto-retention", "pareto-hours"], once.List().Select(plot => plot.Name));
        foreach (PlotView plot in once.List())
        {
            byte[] svg = once.Draw(plot.Name, PlotFormat.Svg);
            Assert.StartsWith("<?xml", Encoding.UTF8.GetString(svg), StringComparison.Ordinal);
            Assert.Equal(svg, again.Draw(plot.Name, PlotFormat.Svg));
            byte[] png = once.Draw(plot.Name, PlotFormat.Png);
            Assert.Equal(PngSignature, png[..PngSignature.Length]);
            Assert.Equal(png, again.Draw(plot.Name, PlotFormat.Png));
        }
    }

    [Fact]
    public void Bars_show_the_measure_that_is_asked_for_and_name_every_row()
    {
        StudyPlots plots = Make();
        string svg = Encoding.UTF8.GetString(plots.Draw("bars", PlotFormat.Svg, "P-acc"));
        Assert.All(new[] { "P-acc", "base", "sft", "visurf", "always-empty" },
            text => Assert.Matches($@">\s*{text}\s*<", svg));
        Assert.Equal(plots.Draw("bars", PlotFormat.Svg), plots.Draw("bars", PlotFormat.Svg, "HM"));
    }

    [Fact]
    public void A_band_reaches_from_the_lowest_seed_to_the_highest_where_all_measured()
    {
        SeedBand band = SeedBand.Of([Steps((10, 0.25), (20, 0.5), (30, 0.5)), Steps((10, 0.75), (20, 0.25))], Dev);
        Assert.Equal([10.0, 20.0], band.Steps);
        Assert.Equal([0.5, 0.375], band.Mean);
        Assert.Equal([0.25, 0.25], band.Low);
        Assert.Equal([0.75, 0.5], band.High);
    }

    [Fact]
    public void A_smooth_curve_takes_the_mean_of_25_steps_within_each_seed()
    {
        CurveMetric reward = Curves.Shown.Single(metric => metric.Name == "reward/mean");
        StepRecord[] steps = [.. Enumerable.Range(1, 30).Select(step => new StepRecord(step, "", new() { [reward.Name] = step }))];
        SeedBand band = SeedBand.Of([steps, steps], reward);
        Assert.Equal([1.5, 13.0, 18.0], [band.Mean[1], band.Mean[24], band.Mean[29]]);
        Assert.Equal(band.Low, band.High);
    }

    [Fact]
    public void A_row_is_on_the_front_where_no_other_is_as_good_in_both_and_better_in_one()
    {
        ParetoPoint[] points = [At("a", 1, 1), At("b", 2, 3), At("c", 3, 2), At("d", 3, 1), At("e", 2, 3)];
        Assert.Equal(["b", "c", "e"], ParetoPlot.Front(points, xIsBetterLow: false).Select(point => point.Label));
        Assert.Equal(["a", "b", "e"], ParetoPlot.Front(points, xIsBetterLow: true).Select(point => point.Label));
    }

    [Fact]
    public void Thirty_two_rows_look_different_and_the_picture_has_room_for_their_names()
    {
        Assert.Equal(32, Enumerable.Range(0, 32).Select(row => (RowLook.Of(row).Colour, RowLook.Of(row).Marker)).Distinct().Count());
        Assert.Equal(32, Enumerable.Range(0, 32).Select(row => (RowLook.Of(row).Colour, RowLook.Of(row).Line)).Distinct().Count());
        (int width, int height) = Size(Make());
        Study many = Studies.Small(2, [.. Enumerable.Range(0, 24).Select(row => ($"a row with a long name, {row}", 0.4))]);
        (int wider, int higher) = Size(new(new(many), [.. many.Rows.Select(row => new RowSteps(row.Label, []))]));
        Assert.True(wider > width && higher > height, $"{wider} x {higher} against {width} x {height}");
    }

    [Fact]
    public void A_picture_of_ten_thousand_rows_stays_a_picture()
    {
        Assert.Equal([true, false], new[] { 256, 257 }.Select(PlotSize.HasLegend));
        Assert.Equal([180, 16_000], new[] { 3, 10_000 }.Select(bars => PlotSize.OfBars(bars).Height));
    }

    [Fact]
    public void What_is_not_there_is_refused_with_what_is()
    {
        StudyPlots plots = Make();
        Fault name = Assert.Throws<Fault>(() => plots.Draw("pie", PlotFormat.Svg));
        Assert.Equal((FaultCode.NotFound, "pie"), (name.Code, name.Subject));
        Assert.Contains("curve-dev-pAcc, bars, pareto-retention, pareto-hours", name.Reason, StringComparison.Ordinal);
        Fault measure = Assert.Throws<Fault>(() => plots.Draw("bars", PlotFormat.Svg, "none"));
        Assert.Equal((FaultCode.SpecInvalid, "measure"), (measure.Code, measure.Subject));
        Assert.Contains("harmonicMean, pAcc", measure.Reason, StringComparison.Ordinal);
        Fault other = Assert.Throws<Fault>(() => plots.Draw("pareto-hours", PlotFormat.Svg, "HM"));
        Assert.Equal((FaultCode.SpecInvalid, "measure"), (other.Code, other.Subject));
    }

    // A PNG's header: eight bytes of signature, eight of the chunk, then width and height.
    private static (int Width, int Height) Size(StudyPlots plots)
    {
        byte[] png = plots.Draw("pareto-retention", PlotFormat.Png);
        return (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
    }

    private static StudyPlots Make()
    {
        Study study = Studies.Small(2, ("sft", 0.4), ("visurf", 0.6));
        study = study with { Rows = [.. study.Rows.Select(Timed)] };
        return new(new(study), [.. study.Rows.Select(row =>
            new RowSteps(row.Label, [Steps((10, 0.25), (20, 0.5)), Steps((10, 0.75), (20, 0.25))]))]);
    }

    private static StudyRow Timed(StudyRow row) => row with
    {
        Results = [.. row.Results.Select(result => result with
        {
            Stages = [.. result.Stages.Select(stage => stage with { Cost = stage.Cost with { DeviceSeconds = 3600 } })],
        })],
    };

    private static StepRecord[] Steps(params (int Step, double Value)[] values) =>
        [.. values.Select(one => new StepRecord(one.Step, "", new() { [Dev.Name] = one.Value }))];

    private static ParetoPoint At(string label, double x, double y) => new(label, x, y, RowLook.Of(0));
}
