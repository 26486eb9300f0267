using System.CommandLine;

namespace MLNetGen.Cli.Commands;

internal static class UpscaleCommand
{
    public static Command Create()
    {
        Argument<string[]> pictures = new("pictures") { Description = "Picture files, and folders of them", Arity = ArgumentArity.OneOrMore };
        Option<long> maxPixels = LargestPicture.Option();
        Option<string?> model = new Option<string?>("--model") { Description = "A run of train super-resolution, or its upscaler-uint8.onnx", Required = true }.OfRun("upscaler-uint8.onnx");
        Option<string> output = new("--out") { Description = "Folder for the enlarged pictures", DefaultValueFactory = _ => Path.Combine("out", "upscaled") };
        Option<bool> match = new("--match-histograms") { Description = "Give every enlarged picture the colours of the small one, channel by channel" };
        Option<int> threads = new("--threads") { Description = "Processor cores to use; 0: all" };
        Command command = new("upscale", "Enlarge pictures with a trained super-resolution network") { pictures, model, output, match, threads, maxPixels };
        command.SetWork((parsed, cancel) =>
        {
            using SuperResolutionTransformer network = SuperResolutionTransformer.Load(CommandContext.Create(seed: 1, parsed.GetValue(threads)), parsed.GetValue(model)!, numberOfThreads: parsed.GetValue(threads));
            return EachPicture.Make(
                "enlarging",
                "enlarged",
                PictureTargets.Of(parsed.GetValue(pictures)!, parsed.GetValue(output)!, $"x{network.Factor}"),
                parsed.GetValue(maxPixels),
                (picture, progress) =>
                {
                    Picture large = network.Upscale(picture, progress, cancel);
                    return parsed.GetValue(match) ? ColorMatching.MatchHistograms(large, picture) : large;
                },
                cancel);
        });
        return command;
    }
}
