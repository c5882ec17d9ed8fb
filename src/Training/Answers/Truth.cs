using ViSurf.Training.Geometry;

namespace ViSurf.Training.Answers;

/// <summary>The right answer: objects in a frame, or a text.</summary>
public sealed record Truth
{
    private Truth(IReadOnlyList<Located> objects, string? text, Frame frame) => (Objects, Text, Frame) = (objects, text, frame);

    /// <summary>The objects; none where the right answer is the empty list, or a text.</summary>
    public IReadOnlyList<Located> Objects { get; }

    /// <summary>The right text where the answer is no list of objects.</summary>
    public string? Text { get; }

    /// <summary>The space of the coordinates.</summary>
    public Frame Frame { get; }

    public static Truth Of(IReadOnlyList<Located> objects, Frame frame) => new(objects, null, frame);

    public static Truth Of(string text, Frame frame) => new([], text, frame);

    /// <summary>The same truth in another frame.</summary>
    public Truth In(Frame frame) => new(
        [.. Objects.Select(one => one.Scaled(frame.Width / Frame.Width, frame.Height / Frame.Height))], Text, frame);
}
