namespace MLNetGen.Weights;

/// <summary>ResNet-18, trained on ImageNet (He et al. 2016, arXiv:1512.03385), as ML.NET's own package brings it: two ONNX files, which a build copies beside the program.</summary>
/// <param name="Network">float32 [1, 3, 224, 224] blue first, less a mean picture, to 512 features, the averages of its last maps.</param>
/// <param name="Preprocessing">From red first, 0 to 255, to that.</param>
internal sealed record ResNet18Files(string Network, string Preprocessing)
{
    /// <summary>The NuGet package.</summary>
    public const string Package = "Microsoft.ML.DnnImageFeaturizer.ResNet18";

    /// <summary>What to do where the files are not there.</summary>
    public static string Remedy => $"add the package {Package} to the program's project, whose build copies its files to '{Folder}'";

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "DnnImageModels");

    /// <summary>Beside the program; null where they are not there.</summary>
    public static ResNet18Files? Find() => Find(Folder);

    /// <summary>In a folder such as the package's <c>DnnImageModels</c>; null where they are not there.</summary>
    public static ResNet18Files? Find(string folder)
    {
        ResNet18Files files = new(Path.Combine(folder, "ResNet18Onnx", "ResNet18.onnx"), Path.Combine(folder, "ResNetPrepOnnx", "ResNetPreprocess.onnx"));
        return File.Exists(files.Network) && File.Exists(files.Preprocessing) ? files : null;
    }
}
