using System.CommandLine;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Cli.Commands;

internal static class UpscaleCommand
{
    public static Command Create()
    {
        PictureArguments pictures = new();
        Option<string> model = new("--model") { Description = "A super-resolution run's folder, or its upscaler-uint8.onnx", Required = true };
        Option<string> output = new("--out") { Description = "Folder for the enlarged pictures", DefaultValueFactory = _ => Path.Combine("out", "upscaled") };
        Command command = new("upscale", "Enlarge pictures with a trained super-resolution network") { model, output };
        pictures.AddTo(command);
        command.SetAction(parsed =>
        {
            MLContext context = new(seed: 1);
            using SuperResolutionTransformer network = SuperResolutionTransformer.Load(context, parsed.GetValue(model)!);
            IDataView large = network.Transform(pictures.Load(context, parsed));
            HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);
            foreach (Row row in context.Data.CreateEnumerable<Row>(large, reuseRowObject: false))
            {
                using MLImage image = row.Upscaled!;
                string path = Path.Combine(parsed.GetValue(output)!, Free($"{Path.GetFileNameWithoutExtension(row.Path)}-x{network.Factor}", taken) + ".png");
                Picture picture = Picture.FromImage(image);
                picture.Save(path);
                Console.WriteLine($"{path}  {picture.Width}×{picture.Height}");
            }
            return 0;
        });
        return command;
    }

    // Pictures of two folders may have one name.
    private static string Free(string name, HashSet<string> taken)
    {
        string free = name;
        for (int i = 2; !taken.Add(free); i++)
            free = $"{name}-{i}";
        return free;
    }

    private sealed class Row
    {
        public string? Path { get; set; }

        [Microsoft.ML.Transforms.Image.ImageType(1, 1)]
        public MLImage? Upscaled { get; set; }
    }
}
