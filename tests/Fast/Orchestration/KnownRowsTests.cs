using Microsoft.Extensions.Logging.Abstractions;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Tests.Fast.Orchestration;

public class KnownRowsTests
{
    private static readonly QueueTerms Urgent = new(new ScheduleSpec { Priority = 7 });
    private readonly Reader reader = new();
    private readonly KnownRows known;

    public KnownRowsTests()
    {
        known = new(reader, NullLogger.Instance);
    }

    [Fact]
    public async Task A_row_whose_terms_cannot_be_read_is_left_out_and_the_others_are_read()
    {
        reader.Rows = [Row("bad"), Row("good")];
        reader.Terms["good"] = Urgent;
        for (int time = 0; time < 3; time++)
        {
            Assert.Equal([Row("good") with { Terms = Urgent }], await known.ReadAsync(default));
            Assert.Null(known.Find("bad"));
        }
    }

    [Fact]
    public async Task What_tells_of_itself_while_older_rows_are_read_stays_known()
    {
        reader.Rows = [Row("again"), Row("granted") with { Phase = Phase.Running, Fence = 1 }];
        reader.Meanwhile = () =>
        {
            known.Heard(Row("new") with { Terms = Urgent });
            known.Heard(Row("again") with { Fence = 1, Terms = Urgent });
            known.Heard(Row("granted") with { Terms = Urgent });
        };
        reader.Terms["granted"] = Urgent;
        Assert.Equal([("again", 1L, Phase.Queued), ("granted", 1L, Phase.Running)],
            (await known.ReadAsync(default)).Select(row => (row.ExperimentId, row.Fence, row.Phase)));
        Assert.Equal(Urgent, known.TermsOf("new"));
        Assert.Equal(Urgent, known.TermsOf("again"));
    }

    private static QueueRow Row(string id) => new(id, "s", 0, 0, Phase.Queued, 0, null);

    private sealed class Reader : IQueueReader
    {
        public QueueRow[] Rows { get; set; } = [];

        public Dictionary<string, QueueTerms> Terms { get; } = [];

        public Action Meanwhile { get; set; } = () => { };

        public ValueTask<IReadOnlyList<QueueRow>> ReadAsync(CancellationToken stop) => new(Rows);

        public ValueTask<IReadOnlyDictionary<string, QueueTerms>> TermsAsync(IReadOnlyList<string> ids, CancellationToken stop)
        {
            Meanwhile();
            return new(Terms.Where(pair => ids.Contains(pair.Key)).ToDictionary());
        }

        public ValueTask<IReadOnlyList<string>> ReadUnblockedAsync(CancellationToken stop) => new([]);
    }
}
