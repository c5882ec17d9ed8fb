using System.CommandLine;
using ViSurf.Training.Data;
using ViSurf.Training.Devices;
using ViSurf.Training.Model;
using ViSurf.Training.Parity;

namespace ViSurf.Cli.Verbs;

/// <summary>visurf forward: one forward pass over given inputs, to compare this model with other implementations.</summary>
internal static class ForwardVerb
{
    public static Command Make()
    {
        Option<string> model = Flag.Required<string>("--model", "Folder in Hugging Face's layout.");
        Option<string> inputs =
            Flag.Required<string>("--inputs", "safetensors with input_ids, attention_mask, image_grid_thw, pixel_values.");
        Option<string> output =
            Flag.Required<string>("--out", "safetensors to write: logits, position_ids, rope_deltas, vision.image_embeds.");
        Option<int> generate =
            Flag.Optional<int>("--generate", "Also write this many greedy new_tokens from prompt_input_ids and prompt_attention_mask.");
        Option<string> device = Flag.Optional("--device", "cpu, cuda, cuda:N; auto is the first GPU where there is one.", "auto");
        Option<string> type = Flag.Optional("--dtype", "float32, bfloat16 or float16: the weights' numbers.", "float32");
        Command command = new("forward", "One forward pass over given inputs.") { model, inputs, output, generate, device, type };
        command.SetAction(parsed =>
        {
            Torch.UseOneThreadARun();
            ForwardRun.Run(Assets.Find(parsed.GetRequiredValue(model)), parsed.GetRequiredValue(inputs), parsed.GetRequiredValue(output),
                parsed.GetValue(generate),
                new(ConfigFile.TypeOf(parsed.GetValue(type)!, "--dtype"), DeviceChoice.One(parsed.GetValue(device)!, "--device")));
            return 0;
        });
        return command;
    }
}
