using System.CommandLine;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Cli.Commands;

internal static class AttributeCommand
{
    public static Command Create()
    {
        PictureArguments pictures = new();
        DataSource data = new();
        data.Data.Description = "Labelled pictures to learn the attributes from: a subfolder a label, or MNIST-style idx files";
        Option<string?> model = new Option<string?>("--model") { Description = "A VAE's run or its model.zip", Required = true }.OfRun();
        Option<string[]> add = new("--add") { Description = "A label to move towards, the mean code with it minus the mean code without; may be repeated" };
        Option<string[]> remove = new("--remove") { Description = "A label to move away from; may be repeated" };
        Option<double[]> strengths = new("--strengths")
        {
            Description = "How far to go, a column each: 0 the picture as it is, 1 the whole attribute",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [0, 0.5, 1, 1.5, 2],
        };
        Option<int?> onlyClass = new("--class") { Description = "Of a model of classes: which one is decoded, from 0; unset: the first" };
        Option<string> output = new Option<string>("--out") { Description = "The picture to write (.png)", DefaultValueFactory = _ => Path.Combine("out", "attribute.png") }.Png();
        Command command = new("attribute", "Give pictures an attribute, or take it away, along its direction in a VAE's latent space") { model, add, remove, strengths, onlyClass, output };
        command.Add(data.Data);
        OutputPlace.AddCheck(command, data.Data);
        pictures.AddTo(command);
        command.SetAction(parsed =>
        {
            MLContext context = CommandContext.Create(seed: 1);
            (string[] towards, string[] away) = (parsed.GetValue(add) ?? [], parsed.GetValue(remove) ?? []);
            if (towards.Length + away.Length == 0)
                throw new ArgumentException("there is no attribute to move along: name labels of --data with --add or --remove.");
            double[] along = parsed.GetValue(strengths)!;
            if (along.Length == 0 || !along.All(double.IsFinite))
                throw new ArgumentException($"--strengths is '{string.Join(' ', along)}': give numbers, at least one.");
            using VaeTransformer vae = ModelFile.LoadVae(context, parsed.GetValue(model)!);
            IDataView asked = pictures.Load(context, parsed);
            context.Log += LogLines.Show;
            IDataView codes = context.Data.Cache(vae.Encoder.Transform(context.Images.Load(parsed.GetValue(data.Data)!, pictures.Options(parsed))), "Latent", "Label");
            string[] known = [.. codes.GetColumn<string>("Label").Distinct().Order(StringComparer.Ordinal)];
            float[] direction = new float[vae.LatentDimension];
            foreach ((string label, float sign, string option) in (IEnumerable<(string, float, string)>)[.. towards.Select(label => (label, 1f, add.Name)), .. away.Select(label => (label, -1f, remove.Name))])
            {
                if (!known.Contains(label))
                    throw new ArgumentException($"{option} names '{label}', which is no label of --data: they are {string.Join(", ", known.Take(20).Select(name => $"'{name}'"))}{(known.Length > 20 ? ", …" : "")}.");
                direction = [.. direction.Zip(context.Generative.AttributeVector(codes, label), (sum, value) => sum + (sign * value))];
            }

            Picture[] moved = [.. Drawing.Pictures(context, Drawing.Decoder(context, vae, parsed.GetValue(onlyClass)).Transform(context.Generative.AddLatent(vae.Encoder.Transform(asked), direction, along)))];
            Picture[] originals = [.. Drawing.Pictures(context, asked)];
            Picture[] sheet = [.. originals.SelectMany((original, i) => (Picture[])[PictureResize.ToCover(original, moved[0].Width, moved[0].Height), .. moved.AsSpan(i * along.Length, along.Length)])];
            PictureGrid.Save(parsed.GetValue(output)!, sheet, columns: along.Length + 1);
            JsonOutput.Add("pictures", originals.Length);
            JsonOutput.Add("strengths", along);
            JsonOutput.Wrote(parsed.GetValue(output)!);
            Console.WriteLine($"{originals.Length} pictures, each with strengths {string.Join(", ", along)}, are in {parsed.GetValue(output)}");
            return 0;
        });
        return command;
    }
}
