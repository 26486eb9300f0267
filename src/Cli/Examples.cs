using System.CommandLine;

namespace MLNetGen.Cli;

/// <summary>Two ways to use each command, shown at the end of its help.</summary>
internal static class Examples
{
    private static readonly Dictionary<string, string[]> ByCommand = new()
    {
        ["train vae"] = ["train vae --data pictures", "train vae --data digits --label-column Label --latent-dim 8 --epochs 60 --out out/digits"],
        ["train gan"] = ["train gan --data faces --steps 10000", "train gan --data digits --network mnist32 --diff-augment translation --out out/digits"],
        ["train toy-gan"] = ["train toy-gan", "train toy-gan --steps 1000 --out out/short"],
        ["train toy-mixture"] = ["train toy-mixture", "train toy-mixture --seed 2 --out out/mixture"],
        ["train style"] = ["train style --style wave.jpg --content photographs --steps 2000", "train style --style wave.jpg scream.jpg --content photographs --network small --uint8"],
        ["train super-resolution"] = ["train super-resolution --data photographs", "train super-resolution --data photographs --factor 2 --loss perceptual --out out/sharper"],
        ["train alexnet"] = ["train alexnet --data pictures", "train alexnet --data pictures --test more-pictures --epochs 30 --top-k 5"],
        ["train classifier"] = ["train classifier --data pictures", "train classifier --data pictures --test more-pictures --frozen"],
        ["generate"] = ["generate --model out/gan", "generate --model out/vae --count 100 --columns 10 --seed 7 --out new.png"],
        ["reconstruct"] = ["reconstruct --model out/vae --data pictures", "reconstruct --model out/vae --data pictures --held-out --count 16"],
        ["interpolate"] = ["interpolate --model out/vae a.png b.png", "interpolate --model out/gan --count 6 --closed --out walk.gif"],
        ["traverse"] = ["traverse --model out/vae a.png", "traverse --model out/vae --dimension 3 --steps 15"],
        ["attribute"] = ["attribute --model out/vae --data faces --add glasses a.png", "attribute --model out/vae --data faces --add smiling --remove glasses a.png b.png"],
        ["map"] = ["map --model out/vae --data pictures", "map --model out/vae --data pictures --held-out --out out/latent"],
        ["outliers"] = ["outliers --model out/vae --data pictures", "outliers --model out/vae --data pictures --test new-pictures --quantile 0.95"],
        ["evaluate"] = ["evaluate --model out/alexnet --data pictures --held-out", "evaluate --model out/vae --data pictures --split 9000 --importance-samples 500"],
        ["classify"] = ["classify --model out/classifier a.jpg b.jpg", "classify --model out/classifier --top-k 3 --out sheet.png pictures"],
        ["score"] = ["score --model out/classifier --input pictures --out scores", "score --model out/classifier --input pictures --out scores --shard 2/8 --format parquet"],
        ["score merge"] = ["score merge --out scores", "score merge --out scores --quiet"],
        ["upscale"] = ["upscale --model out/super-resolution a.jpg", "upscale --model out/super-resolution --out large pictures"],
        ["similar"] = ["similar --data pictures a.jpg", "similar --model out/alexnet --data pictures --top-k 10 a.jpg b.jpg"],
        ["stylize"] = ["stylize --model wave a.jpg", "stylize --model out/style --strength 0.7 --keep-colors luminance --out painted pictures"],
        ["study activations"] = ["study activations --data pictures", "study activations --data pictures --epochs 5 --out out/activations"],
        ["study ablation"] = ["study ablation --data pictures", "study ablation --data pictures --epochs 5 --out out/ablation"],
        ["study results"] = ["study results --data pictures", "study results --data pictures --epochs 5 --out out/results"],
        ["study augmentation"] = ["study augmentation --data pictures", "study augmentation --data pictures --gan-steps 2000 --repeats 5"],
        ["paint"] = ["paint --content a.jpg --style wave.jpg", "paint --content a.jpg --style wave.jpg --size 800 --keep-colors histogram --out out/wave"],
        ["demo"] = ["demo", "demo --family painting --out out/painting"],
        ["inspect"] = ["inspect out/classifier", "inspect --size 512 --json style.onnx"],
        ["quantize"] = ["quantize --model out/classifier --data pictures", "quantize --model network.onnx --data pictures --max-loss 1 --out network-int8.onnx"],
        ["fuse"] = ["fuse --model out/classifier", "fuse --model out/classifier --columns PredictedLabel Score --out classify.onnx"],
        ["studio"] = ["studio --open", "studio --models out --port 8080"],
        ["runs"] = ["runs", "runs out/wave out/scream --json"],
        ["doctor"] = ["doctor", "doctor --quiet"],
        ["completion"] = ["completion bash", "completion zsh"],
    };

    /// <summary>What is typed after the program's name.</summary>
    public static IReadOnlyList<string> Of(Command command) => ByCommand.GetValueOrDefault(command.Path()) ?? [];

    /// <summary>The command's name and those it is below: <c>train vae</c>.</summary>
    public static string Path(this Command command) => string.Join(' ', command.Parents.OfType<Command>().Where(parent => parent is not RootCommand).Select(parent => parent.Name).Append(command.Name));
}
