namespace ViSurf.Sdk;

/// <summary>A ViSurf server, as seen from C#: submits sweeps, follows them and reads what came out.</summary>
/// <remarks>
/// Safe to share between threads. Every method throws <see cref="Fault"/>: the one that the server answers, or Unavailable, naming
/// the address, where it does not answer.
/// </remarks>
public sealed class ViSurfClient
{
    private readonly HttpCalls calls;
    private readonly TimeProvider clock;

    /// <summary>Makes a client.</summary>
    /// <param name="http">Carries the requests; its BaseAddress is the server's. The caller disposes it.</param>
    /// <param name="clock">Times the pauses before a lost connection is tried again; the system's where nothing is given.</param>
    public ViSurfClient(HttpClient http, TimeProvider? clock = null)
    {
        calls = new(http);
        this.clock = clock ?? TimeProvider.System;
    }

    /// <summary>Submits a sweep under a key; a spec that adds rows or seeds to the stored one extends it.</summary>
    /// <param name="spec">What to run.</param>
    /// <param name="key">Becomes the sweep's id: 1 to 64 of a-z, 0-9, dot, underscore, dash.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="Fault">SpecInvalid, or Conflict: the key holds a sweep that this spec does not extend.</exception>
    public Task<SubmitView> SubmitAsync(SweepSpec spec, string key, CancellationToken cancellationToken = default) =>
        calls.SendAsync<SubmitView>(HttpMethod.Put, $"v1/sweeps/{Segment(key)}", spec, null, cancellationToken);

    /// <summary>Submits a sweep under a new id.</summary>
    /// <param name="spec">What to run.</param>
    /// <param name="idempotencyKey">Makes a repeated request answer with the same sweep.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="Fault">SpecInvalid, or Conflict: the idempotency key was used with another spec.</exception>
    public Task<SubmitView> CreateAsync(SweepSpec spec, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        calls.SendAsync<SubmitView>(HttpMethod.Post, "v1/sweeps", spec, idempotencyKey, cancellationToken);

    /// <summary>Says what a sweep would run, and stores nothing.</summary>
    /// <exception cref="Fault">SpecInvalid, naming the field.</exception>
    public Task<SweepPlan> PlanAsync(SweepSpec spec, CancellationToken cancellationToken = default) =>
        calls.SendAsync<SweepPlan>(HttpMethod.Post, "v1/plans", spec, null, cancellationToken);

    /// <summary>Lists all sweeps, newest first.</summary>
    public IAsyncEnumerable<SweepView> ListSweepsAsync(CancellationToken cancellationToken = default) =>
        calls.ListAsync<SweepView>("v1/sweeps", cancellationToken);

    /// <summary>Reads one sweep.</summary>
    /// <exception cref="Fault">NotFound.</exception>
    public Task<SweepView> GetSweepAsync(string id, CancellationToken cancellationToken = default) =>
        calls.GetAsync<SweepView>($"v1/sweeps/{Segment(id)}", cancellationToken);

    /// <summary>Reads the spec of a sweep, extensions included.</summary>
    /// <exception cref="Fault">NotFound.</exception>
    public Task<SweepSpec> GetSweepSpecAsync(string id, CancellationToken cancellationToken = default) =>
        calls.GetAsync<SweepSpec>($"v1/sweeps/{Segment(id)}/spec", cancellationToken);

    /// <summary>Reads where a search stands.</summary>
    /// <exception cref="Fault">NotFound; Conflict: the sweep is no search.</exception>
    public Task<SearchView> GetSearchAsync(string id, CancellationToken cancellationToken = default) =>
        calls.GetAsync<SearchView>($"v1/sweeps/{Segment(id)}/search", cancellationToken);

    /// <summary>Lists the trials of a search in the order in which they were made.</summary>
    /// <exception cref="Fault">NotFound; Conflict: the sweep is no search.</exception>
    public IAsyncEnumerable<TrialView> ListTrialsAsync(string id, CancellationToken cancellationToken = default) =>
        calls.ListAsync<TrialView>($"v1/sweeps/{Segment(id)}/search/trials", cancellationToken);

    /// <summary>Lists experiments in the order of their sweep.</summary>
    /// <param name="sweep">Of this sweep only; of all where nothing is given.</param>
    /// <param name="phase">In this phase only; in any where nothing is given.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public IAsyncEnumerable<ExperimentView> ListExperimentsAsync(
        string? sweep = null, Phase? phase = null, CancellationToken cancellationToken = default)
    {
        string path = sweep is null ? "v1/experiments" : $"v1/sweeps/{Segment(sweep)}/experiments";
        return calls.ListAsync<ExperimentView>(phase is { } one ? $"{path}?phase={Word(one)}" : path, cancellationToken);
    }

    /// <summary>Reads one experiment.</summary>
    /// <param name="id">The sweep's id, a slash, the spec's id.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="Fault">NotFound.</exception>
    public Task<ExperimentView> GetExperimentAsync(string id, CancellationToken cancellationToken = default) =>
        calls.GetAsync<ExperimentView>(Experiment(id), cancellationToken);

    /// <summary>Lists stages by key: all, or those that a sweep's experiments need.</summary>
    public IAsyncEnumerable<StageView> ListStagesAsync(string? sweep = null, CancellationToken cancellationToken = default) =>
        calls.ListAsync<StageView>(sweep is null ? "v1/stages" : $"v1/stages?sweep={Segment(sweep)}", cancellationToken);

    /// <summary>Reads one stage.</summary>
    /// <exception cref="Fault">NotFound.</exception>
    public Task<StageView> GetStageAsync(string key, CancellationToken cancellationToken = default) =>
        calls.GetAsync<StageView>($"v1/stages/{Segment(key)}", cancellationToken);

    /// <summary>Lists the slots and what they do.</summary>
    public IAsyncEnumerable<SlotView> ListSlotsAsync(CancellationToken cancellationToken = default) =>
        calls.ListAsync<SlotView>("v1/slots", cancellationToken);

    /// <summary>Closes a slot, or every slot of a node: what runs there writes a checkpoint and goes elsewhere.</summary>
    /// <param name="name">A slot (laptop|cpu:0) or a node (laptop).</param>
    /// <param name="reason">Why; shown with the slot.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="Fault">NotFound.</exception>
    public Task<Page<SlotView>> DrainAsync(string name, string reason, CancellationToken cancellationToken = default) =>
        calls.SendAsync<Page<SlotView>>(
            HttpMethod.Post, $"{Slots(name)}/drain", new CancelRequest { Reason = reason }, null, cancellationToken);

    /// <summary>Opens a slot, or every slot of a node, whatever closed it.</summary>
    /// <param name="name">A slot (laptop|cpu:0) or a node (laptop).</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="Fault">NotFound.</exception>
    public Task<Page<SlotView>> UndrainAsync(string name, CancellationToken cancellationToken = default) =>
        calls.SendAsync<Page<SlotView>>(HttpMethod.Post, $"{Slots(name)}/undrain", new CancelRequest(), null, cancellationToken);

    /// <summary>Lists the steps of a stage of an experiment.</summary>
    /// <param name="experimentId">The sweep's id, a slash, the spec's id.</param>
    /// <param name="stageIndex">Counted from 0; where nothing is given, the training stage it is at, or the last.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="Fault">NotFound, or SpecInvalid: it has no such stage.</exception>
    public IAsyncEnumerable<StepView> ListStepsAsync(
        string experimentId, int? stageIndex = null, CancellationToken cancellationToken = default)
    {
        string path = $"{Experiment(experimentId)}/steps?max=1000";
        return calls.ListAsync<StepView>(stageIndex is { } index ? $"{path}&stage={index}" : path, cancellationToken);
    }

    /// <summary>Lists the results of a sweep that are there, in the order of its experiments.</summary>
    /// <exception cref="Fault">NotFound.</exception>
    public IAsyncEnumerable<ResultView> ListResultsAsync(string sweep, CancellationToken cancellationToken = default) =>
        calls.ListAsync<ResultView>($"v1/sweeps/{Segment(sweep)}/results", cancellationToken);

    /// <summary>Writes the report of a sweep's results as text.</summary>
    /// <param name="sweep">The sweep's id.</param>
    /// <param name="format">Any but Parquet, which is no text.</param>
    /// <param name="choices">What is shown, and how differences are tested; the usual report where nothing is given.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="Fault">NotFound; Conflict: no row has all of its results yet; or SpecInvalid: what was chosen is not there.
    /// </exception>
    public Task<string> GetReportAsync(
        string sweep, ReportFormat format, ReportChoices? choices = null, CancellationToken cancellationToken = default)
    {
        Fault.Unless(format != ReportFormat.Parquet, FaultCode.SpecInvalid, nameof(format), "is parquet, which is no text; read its bytes");
        return calls.TextAsync(Report(sweep, format, choices), cancellationToken);
    }

    /// <summary>Writes the report of a sweep's results as the bytes of a file: the only way for Parquet.</summary>
    /// <param name="sweep">The sweep's id.</param>
    /// <param name="format">Any.</param>
    /// <param name="choices">What is shown, and how differences are tested; the usual report where nothing is given.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="Fault">As of <see cref="GetReportAsync"/>.</exception>
    public Task<byte[]> GetReportBytesAsync(
        string sweep, ReportFormat format, ReportChoices? choices = null, CancellationToken cancellationToken = default) =>
        calls.BytesAsync(Report(sweep, format, choices), cancellationToken);

    /// <summary>Lists the plots that a sweep's results have.</summary>
    /// <exception cref="Fault">NotFound, or Conflict: no row has all of its results yet.</exception>
    public IAsyncEnumerable<PlotView> ListPlotsAsync(string sweep, CancellationToken cancellationToken = default) =>
        calls.ListAsync<PlotView>($"v1/sweeps/{Segment(sweep)}/plots", cancellationToken);

    /// <summary>Draws a plot of a sweep's results, as the bytes of a file.</summary>
    /// <param name="sweep">The sweep's id.</param>
    /// <param name="name">One of <see cref="ListPlotsAsync"/>.</param>
    /// <param name="format">Of the file.</param>
    /// <param name="measure">What the plot named bars shows, by name or title; the headline where nothing is given.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="Fault">NotFound: there is no such sweep or plot; Conflict: no row has all of its results yet; SpecInvalid: there
    /// is no such measure, or the plot takes none.</exception>
    public Task<byte[]> GetPlotAsync(
        string sweep, string name, PlotFormat format, string? measure = null, CancellationToken cancellationToken = default)
    {
        string path = $"v1/sweeps/{Segment(sweep)}/plots/{Segment(name)}?format={Word(format)}";
        return calls.BytesAsync(measure is null ? path : $"{path}&measure={Uri.EscapeDataString(measure)}", cancellationToken);
    }

    /// <summary>Compares two experiments, or two sweeps row by row, on the same items.</summary>
    /// <param name="first">An experiment's id (sweep/spec), or a sweep's.</param>
    /// <param name="second">Of the same kind.</param>
    /// <param name="test">Where nothing is given: the paired t over several seeds, else the paired bootstrap over items.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="Fault">NotFound; Conflict: a result is missing, or they were measured on different items; SpecInvalid.</exception>
    public Task<ComparisonView> CompareAsync(
        string first, string second, ReportTest? test = null, CancellationToken cancellationToken = default)
    {
        string path = $"v1/comparisons?first={Uri.EscapeDataString(first)}&second={Uri.EscapeDataString(second)}";
        return calls.GetAsync<ComparisonView>(test is { } one ? $"{path}&test={ReportChoices.Word(one)}" : path, cancellationToken);
    }

    /// <summary>Asks for the end of a sweep: what runs stops at its next step.</summary>
    /// <exception cref="Fault">NotFound.</exception>
    public Task<SweepView> CancelSweepAsync(string id, string reason, CancellationToken cancellationToken = default) =>
        calls.SendAsync<SweepView>(
            HttpMethod.Post, $"v1/sweeps/{Segment(id)}/cancel", new CancelRequest { Reason = reason }, null, cancellationToken);

    /// <summary>Runs again what failed or was cancelled in a sweep, from its last checkpoints; what succeeded stays.</summary>
    /// <param name="id">The sweep's id.</param>
    /// <param name="failedOnly">Whether what was cancelled stays so.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="Fault">NotFound, or Conflict: the sweep is being cancelled.</exception>
    public Task<SweepView> RetrySweepAsync(string id, bool failedOnly = false, CancellationToken cancellationToken = default) =>
        calls.SendAsync<SweepView>(
            HttpMethod.Post, $"v1/sweeps/{Segment(id)}/retry", new RetryRequest { FailedOnly = failedOnly }, null, cancellationToken);

    /// <summary>Asks for the end of one experiment.</summary>
    /// <exception cref="Fault">NotFound.</exception>
    public Task<ExperimentView> CancelExperimentAsync(string id, string reason, CancellationToken cancellationToken = default) =>
        calls.SendAsync<ExperimentView>(
            HttpMethod.Post, $"{Experiment(id)}/cancel", new CancelRequest { Reason = reason }, null, cancellationToken);

    /// <summary>Compares what rows say of checkpoints with what is in the store, to the end.</summary>
    /// <exception cref="Fault">SpecInvalid, Conflict: another audit is under way; or Unavailable: it could not be made.</exception>
    public Task<StorageAuditView> AuditStorageAsync(StorageAuditRequest request, CancellationToken cancellationToken = default) =>
        StorageAudit.RunAsync(calls, request, clock, cancellationToken);

    /// <summary>Follows a sweep until all of its experiments have ended: every event once, in order, and slots as they move.</summary>
    /// <param name="sweep">The sweep's id.</param>
    /// <param name="afterSequence">The last event that is known already; 0 for all.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <remarks>A lost connection is tried again 10 times in a row, after a quarter of a second up to 5.</remarks>
    /// <exception cref="Fault">NotFound, or Unavailable: the server stayed away.</exception>
    public IAsyncEnumerable<WatchUpdate> WatchAsync(
        string sweep, long afterSequence = 0, CancellationToken cancellationToken = default) =>
        SweepWatch.FollowAsync(calls, $"v1/sweeps/{Segment(sweep)}", afterSequence, clock, cancellationToken);

    private static string Segment(string text)
    {
        // These would be resolved away before they are sent.
        Fault.Unless(text is not ("" or "." or ".."), FaultCode.NotFound, $"'{text}'", "is no id");
        return Uri.EscapeDataString(text);
    }

    private static string Slots(string name) => name.Contains('|') ? $"v1/slots/{Segment(name)}" : $"v1/nodes/{Segment(name)}";

    private static string Experiment(string id)
    {
        string[] parts = id.Split('/');
        Fault.Unless(parts.Length == 2, FaultCode.NotFound, id, "is no experiment; its id is the sweep's, a slash, the spec's");
        return $"v1/experiments/{Segment(parts[0])}/{Segment(parts[1])}";
    }

    private static string Report(string sweep, ReportFormat format, ReportChoices? choices) =>
        $"v1/sweeps/{Segment(sweep)}/report?format={Word(format)}{choices?.ToQuery()}";

    private static string Word<T>(T value)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
