using System.CommandLine;
using System.Globalization;
using ViSurf.Cli;
using ViSurf.Cli.Verbs;

// Numbers are read and written the same everywhere.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

RootCommand root = new("Post-trains vision-language models by SFT, RLVR, SFT->RLVR and ViSurf, and compares them.")
{
    DemoVerb.Make(),
    UpVerb.Make(),
    PlanVerb.Make(),
    SchemaVerb.Make(),
    SubmitVerb.Make(),
    WatchVerb.Make(),
    SearchVerb.Make(),
    ReportVerb.Make(),
    PlotVerb.Make(),
    MetricsVerb.Make(),
    CompareVerb.Make(),
    ListVerb.Make(),
    ShowVerb.Make(),
    SlotsVerb.Make(),
    CancelVerb.Make(),
    RetryVerb.Make(),
    BranchVerb.Make(),
    DrainVerb.Make(),
    StorageVerb.Make(),
    TrainVerb.Make(),
    EvalVerb.Make(),
    ForwardVerb.Make(),
    ExportVerb.Make(),
    PretrainVerb.Make(),
    DataVerb.Make(),
    MigrateVerb.Make(),
};

// A stopped run finishes its step and writes a checkpoint first.
InvocationConfiguration configuration = new()
{
    EnableDefaultExceptionHandler = false,
    ProcessTerminationTimeout = TimeSpan.FromMinutes(2),
};
return await Errors.Report(() => root.Parse(args).InvokeAsync(configuration));
