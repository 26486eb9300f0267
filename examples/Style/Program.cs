// Trains a network that repaints pictures in the manner of a painting, and repaints a folder of them.
//   dotnet run -c Release --project examples/Style PAINTING.jpg PHOTOGRAPHS/
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetGen;

if (args is not [string painting, string folder])
{
    Console.Error.WriteLine("name a painting's file, and a folder of photographs");
    return 1;
}
var ml = new MLContext(seed: 1);
ml.Log += (_, e) =>
{
    if (e.Kind != ChannelMessageKind.Trace && e.Source.Contains("MLNetGen", StringComparison.Ordinal))
        Console.WriteLine(e.RawMessage);
};

IDataView photographs = ml.Images.LoadFolder(folder);
using StyleTransferTransformer style = ml.Generative.StyleTransfer(new StyleTransferTrainer.Options
{
    StylePictures = [painting],
    ImageSize = 128,
    Steps = 400,
    LearningRate = 3e-3,
    Schedule = LearningRateSchedule.OneCycle,
    WorkspacePath = "style",     // checkpoints, and pictures as it learns
}).Fit(photographs);

IDataView painted = style.Transform(ml.Data.TakeRows(photographs, 8));     // any size in, the same size out
ml.Images.SaveGrid(painted, "Stylized", "painted.png", columns: 4);

ml.Model.Save(style.ToFixedSize(512, 512), photographs.Schema, "style.zip");     // loads with Microsoft.ML alone
// The same, slowly and without training: the picture itself is optimised.
using (MLImage photograph = painted.GetColumn<MLImage>("Image").First(), master = PictureFile.Read(painting).ToImage())
    ml.Generative.Paint(photograph, master, new PaintingOptions { Size = 256, Iterations = 100 }).Picture.Save("slow.png");

style.SaveOnnx("onnx");
style.SaveReport("style");
Console.WriteLine("eight pictures are in painted.png, one by optimisation in slow.png, the model in style.zip, the ONNX file in onnx/, the report in style/report.html");
return 0;
