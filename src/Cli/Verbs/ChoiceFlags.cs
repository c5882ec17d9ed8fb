using System.CommandLine;
using ViSurf.Sdk;

namespace ViSurf.Cli.Verbs;

/// <summary>The options that say what a report shows.</summary>
internal sealed class ChoiceFlags
{
    private readonly Dictionary<string, Option<string>> options = new Option<string>[]
    {
        Flag.Optional<string>("--rows", "row (of the sweep), method or seed."),
        Flag.Optional<string>("--cols", "measure, benchmark or cost."),
        Flag.Optional<string>("--stat", "mean\u00b1ci, mean\u00b1std, mean or median; +- may stand for \u00b1."),
        Flag.Optional<string>("--test", "paired-t or wilcoxon over seeds; paired-bootstrap, wilcoxon-items or mcnemar over items; "
            + "clustered-bootstrap over concepts; none."),
        Flag.Optional<string>("--measure", "Measures by name, with commas between: HM,pAcc."),
        Flag.Optional<string>("--subject", "The row whose differences are shown; visurf where nothing is given."),
        Flag.Optional<string>("--against", "The one row that it is compared with; all where nothing is given."),
        Flag.Optional<string>("--margin", "Tells whether the subject is worse than --against by less than this."),
    }.ToDictionary(option => option.Name["--".Length..]);

    public void AddTo(Command command)
    {
        foreach (Option<string> option in options.Values)
        {
            command.Add(option);
        }
    }

    /// <exception cref="Fault">SpecInvalid, naming the option and what is allowed.</exception>
    public ReportChoices Read(ParseResult parsed) => ReportChoices.Read(name => parsed.GetValue(options[name]), prefix: "--");
}
