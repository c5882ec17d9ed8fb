using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ViSurf.Sdk;
using ViSurf.Training.Policies;
using ViSurf.Training.Text;

namespace ViSurf.Tests.Fast.Text;

public class ChatFrameTests
{
    // What the published template writes and fills in, part by part.
    private const string Head = "{% set image_count = namespace(value=0) %}{% set video_count = namespace(value=0) %}"
        + "{% for message in messages %}";

    private const string System = "{% if loop.first and message['role'] != 'system' %}<|im_start|>system\nYou are a helpful assistant."
        + "<|im_end|>\n{% endif %}";

    private const string Turns = "<|im_start|>{{ message['role'] }}\n{% if message['content'] is string %}{{ message['content'] }}"
        + "<|im_end|>\n{% else %}{% for content in message['content'] %}{% if content['type'] == 'image' or 'image' in content %}"
        + "{% set image_count.value = image_count.value + 1 %}{% if add_vision_id %}Picture {{ image_count.value }}: {% endif %}"
        + "<|vision_start|><|image_pad|><|vision_end|>{% elif content['type'] == 'video' or 'video' in content %}"
        + "{% set video_count.value = video_count.value + 1 %}{% if add_vision_id %}Video {{ video_count.value }}: {% endif %}"
        + "<|vision_start|><|video_pad|><|vision_end|>{% elif 'text' in content %}{{ content['text'] }}{% endif %}{% endfor %}"
        + "<|im_end|>\n{% endif %}{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

    [Fact]
    public void The_published_template_lets_the_system_speak_first()
    {
        ChatFrame frame = ChatFrame.OfTemplate(Head + System + Turns, "test");
        Assert.Equal("<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n<|vision_start|><|image_pad|>"
            + "<|vision_end|>What is it?<|im_end|>\n<|im_start|>assistant\n", frame.Text("What is it?"));
        Assert.Equal("<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n<|vision_start|><|image_pad|>"
            + "<|vision_end|>What is it?<|im_end|>\n<|im_start|>assistant\n", frame.Text("What is it?", "Be brief."));
    }

    [Fact]
    public void The_small_model_has_no_turn_of_the_system()
    {
        Assert.Equal(ChatFrame.Plain, ChatFrame.OfFolder(Nano.Folder));
        Assert.Equal("<|im_start|>user\n<|vision_start|><|image_pad|><|vision_end|>x<|im_end|>\n<|im_start|>assistant\n",
            ChatFrame.Plain.Text("x"));
    }

    [Theory]
    [InlineData("You are a helpful assistant.", "You are a \" + name + \" assistant.", true)] // a system may say what it likes
    [InlineData("<|vision_end|>{% elif", "<|vision_end|>\n{% elif", true)] // Jinja drops a line's end only after a block
    [InlineData("{% for content", "  \n  {% for content", true)]
    [InlineData("{{ content['text'] }}", "{{ content['text'] | trim }}", true)]
    [InlineData("<|im_start|>assistant\n", "<|im_start|>assistant\n<think>\n", true)]
    [InlineData("loop.first and message['role'] != 'system'", "loop.first", true)]
    [InlineData("{% endif %}{% endfor %}{% if add", "{%- endif %}{% endfor %}{% if add", true)] // drops the line's end before it
    [InlineData("<|im_start|>assistant", "<|start|>assistant", true)]
    public void Another_template_is_refused_unless_it_writes_the_same(string old, string changed, bool isThere)
    {
        string template = (Head + System + Turns).Replace(old, changed, StringComparison.Ordinal);
        Assert.Equal(isThere, template != Head + System + Turns);
        if (old.StartsWith("You", StringComparison.Ordinal))
        {
            Assert.Contains("name", ChatFrame.OfTemplate(template, "test").DefaultSystem!, StringComparison.Ordinal);
            return;
        }

        Fault fault = Assert.Throws<Fault>(() => ChatFrame.OfTemplate(template, "a/chat_template.json"));
        Assert.Equal((FaultCode.SpecInvalid, "a/chat_template.json"), (fault.Code, fault.Subject));
    }

    [Fact]
    public void Line_ends_after_blocks_are_dropped_as_the_reference_drops_them()
    {
        string spread = (Head + System + Turns)
            .Replace("{% set image_count.value", "\n    {% set image_count.value", StringComparison.Ordinal);
        Assert.Equal(ChatFrame.OfTemplate(Head + System + Turns, "test"), ChatFrame.OfTemplate(spread, "test"));
    }

    [Theory]
    [InlineData("tokenizer_config.json")]
    [InlineData("chat_template.json")]
    [InlineData("chat_template.jinja")]
    public void A_prompt_follows_the_template_wherever_the_folder_holds_it(string file)
    {
        using TemporaryFolder folder = new();
        foreach (string one in Directory.GetFiles(Nano.Folder))
        {
            File.Copy(one, folder.File(Path.GetFileName(one)));
        }

        string template = Head + System + Turns;
        File.WriteAllText(folder.File(file),
            file.EndsWith(".jinja", StringComparison.Ordinal) ? template : new JsonObject { ["chat_template"] = template }.ToJsonString());
        using Policy policy = Policy.Load(folder.Path);
        int[] ids = policy.Prepare(Nano.Examples().At(0), new Training.Benchmarks.MiniMixBenchmark(), PromptMode.Direct).Ids;
        int[] before = policy.Tokenizer.EncodeMarked(ChatFrame.OfFolder(folder.Path).SystemTurn() + "<|im_start|>user\n<|vision_start|>");
        Assert.Equal(before, ids[..before.Length]);
        Assert.Equal(policy.Tokenizer.EncodeMarked("<|im_end|>\n<|im_start|>assistant\n"), ids[^5..]);
    }

    [Fact]
    public void A_letter_outside_the_basic_plane_is_a_letter_and_a_digit_a_digit()
    {
        PieceSplitter splitter = new(new Regex(@"\p{L}+|\p{N}|[^\p{L}\p{N}]+"));
        string text = "x\ud835\udc00y \ud835\udfd8\ud835\udfd9\ud83d\ude00!";
        Assert.Equal(["x\ud835\udc00y", " ", "\ud835\udfd8", "\ud835\udfd9", "\ud83d\ude00!"],
            splitter.PreTokenize(text).Select(piece => text.Substring(piece.Offset, piece.Length)));
    }
}
