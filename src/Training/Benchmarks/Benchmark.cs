using System.Text.Json;
using ViSurf.Sdk;
using ViSurf.Training.Answers;
using ViSurf.Training.Geometry;
using ViSurf.Training.Randomness;
using ViSurf.Training.Rewards;

namespace ViSurf.Training.Benchmarks;

/// <summary>A task on pictures: what is asked, what is right, what is paid and what is measured.</summary>
public abstract class Benchmark
{
    /// <summary>The strata of the test split: each gets as many items.</summary>
    public abstract IReadOnlyList<string> Cells { get; }

    /// <summary>The terms of the reward, by name.</summary>
    public abstract IReadOnlyList<string> Rewards { get; }

    /// <summary>What is measured beside think rate and parse failures; the first is the headline.</summary>
    public abstract IReadOnlyList<Metric> Metrics { get; }

    /// <summary>Benchmarks that show whether what was learnt carries over: extra columns.</summary>
    public virtual IReadOnlyList<string> Transfer => [];

    /// <summary>Benchmarks that show what was forgotten.</summary>
    public virtual IReadOnlyList<string> Retention => [];

    /// <summary>Its sizes, where nothing here can draw or read it; null where it can be run.</summary>
    public virtual DeclaredSize? Declared => null;

    /// <summary>Whether it asks if a thing is there, so that an empty list is an answer to it.</summary>
    public virtual bool MayBeAbsent => false;

    /// <summary>How near is near.</summary>
    public virtual Thresholds Thresholds => Thresholds.Small;

    /// <summary>The request to the model, without the wish to see a thought.</summary>
    public abstract string Instruction(string problem);

    /// <summary>Whether the response answers the request.</summary>
    public abstract bool IsRight(ParsedResponse response, Truth truth);

    /// <summary>Draws one example; the same arguments give the same one.</summary>
    public abstract Example Draw(Atlas atlas, Split split, long seed, int index);

    /// <summary>Reads a label.</summary>
    /// <exception cref="Fault">FileDamaged, naming the subject: the solution is no list of objects.</exception>
    public virtual Truth ReadTruth(string solution, Frame frame, string subject)
    {
        IReadOnlyList<Located>? objects = ObjectList.TryParse(solution);
        Fault.Unless(objects is not null && objects.All(one => one.Box is not null || one.Point is not null),
            FaultCode.FileDamaged, subject,
            $"has the solution {JsonSerializer.Serialize(solution, SpecJson.Options)}; "
            + "allowed: a list of objects with bbox_2d or point_2d");
        return Truth.Of(objects, frame);
    }

    /// <summary>Writes a label as a model would.</summary>
    public virtual string WriteAnswer(Truth truth, AnswerStyle style) => ObjectList.Write(truth.Objects, style);

    /// <summary>The cell of an example that came without one.</summary>
    public virtual string CellOf(string problem, Truth truth) => Cells[0];

    /// <summary>What an example asks about: a model is right or wrong on examples of one concept together. Null where there is none.
    /// </summary>
    public virtual string? ConceptOf(string problem, Truth truth) => problem;

    /// <summary>The name of the example at an index.</summary>
    protected string IdOf(Split split, long seed, int index) =>
        $"{BenchmarkName}-{split.ToString().ToLowerInvariant()}-s{seed}-{index:d6}";

    /// <summary>The name in the catalog.</summary>
    public string BenchmarkName => ((NamedAttribute)Attribute.GetCustomAttribute(GetType(), typeof(NamedAttribute))!).Name;

    /// <summary>Tries streams of draws until a composition belongs to the split.</summary>
    protected T DrawFor<T>(Split split, long seed, int index, Func<Draws, T> draw, Func<T, Split> splitOf)
    {
        for (int attempt = 0; ; attempt++)
        {
            T drawn = draw(new(seed, $"{BenchmarkName}/{split}", index, attempt));
            if (splitOf(drawn) == split)
            {
                return drawn;
            }
        }
    }
}
