namespace MLNetGen;

/// <summary>Loss networks that need no path.</summary>
public static class LossNetworkNames
{
    /// <summary>
    /// The ResNet-18 trained on ImageNet of the package Microsoft.ML.DnnImageFeaturizer.ResNet18, which an application adds. Layers <c>conv1</c>, <c>stage1</c> … <c>stage4</c>.
    /// </summary>
    public const string ResNet18 = "resnet18";

    /// <summary>Random filters at five scales, the same everywhere: they know colours, strokes and outlines, and nothing of what is in a picture. Layers <c>scale1</c> … <c>scale5</c>, <c>outlines</c>.</summary>
    public const string Random = "random";
}
