using System.CommandLine;
using ViSurf.Training.Parity;

namespace ViSurf.Cli.Verbs;

/// <summary>visurf forward: one forward pass over given inputs, to compare this model with other implementations.</summary>
internal static class ForwardVerb
{
    public static Command Make()
    {
        Option<string> model = new("--model") { Description = "Folder in Hugging Face's layout.", Required = true };
        Option<string> inputs = new("--inputs") { Description = "safetensors with input_ids, attention_mask, image_grid_thw, pixel_values.", Required = true };
        Option<string> output = new("--out") { Description = "safetensors to write: logits, position_ids, rope_deltas, vision.image_embeds.", Required = true };
        Option<int> generate = new("--generate") { Description = "Also write this many greedy new_tokens from prompt_input_ids and prompt_attention_mask." };
        Command command = new("forward", "One forward pass over given inputs.") { model, inputs, output, generate };
        command.SetAction(parsed =>
        {
            Torch.UseOneThreadARun();
            ForwardRun.Run(parsed.GetRequiredValue(model), parsed.GetRequiredValue(inputs), parsed.GetRequiredValue(output), parsed.GetValue(generate));
            return 0;
        });
        return command;
    }
}
