// A classifier's model.zip as a web service, with Microsoft.ML and ASP.NET Core alone.
//   dotnet run -c Release --project examples/WebService -- --model model.zip
//   curl --data-binary @photo.jpg http://localhost:5000/classify
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetGen.Examples.WebService;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
string path = builder.Configuration["model"] ?? throw new ArgumentException("There is no model: say --model model.zip, or set the environment variable 'model'.");

// Before the first row with a picture: ML.NET knows MLImage only once its type is registered.
DataViewTypeManager.Register(new ImageDataViewType(), typeof(MLImage));
MLContext ml = new();
ITransformer model = ml.Model.Load(path, out _);
string[] classes = Classes(model);
builder.Services.AddSingleton(_ => new EnginePool<Photo, Scored>(ml, model));

WebApplication app = builder.Build();
app.MapGet("/health", () => "ok");
app.MapPost("/classify", async (HttpRequest request, EnginePool<Photo, Scored> engines, CancellationToken cancel) =>
{
    using MemoryStream bytes = new();
    await request.Body.CopyToAsync(bytes, cancel);
    bytes.Position = 0;
    MLImage picture;
    try
    {
        picture = MLImage.CreateFromStream(bytes);
    }
    catch (ArgumentException)
    {
        return Results.Problem("the body is no picture that can be read: send the bytes of a PNG or JPEG file", statusCode: StatusCodes.Status400BadRequest);
    }
    using (picture)
    {
        Scored scored = engines.Predict(new Photo { Image = picture });
        return Results.Ok(classes.Zip(scored.Score, (name, score) => new Answer(name, score)).OrderByDescending(answer => answer.Score).Take(5));
    }
});
app.Run();

// The names of the scores' places. The schema in the file has no pictures: ML.NET saves none.
static string[] Classes(ITransformer model)
{
    DataViewSchema.Builder photo = new();
    photo.AddColumn(nameof(Photo.Image), new ImageDataViewType());
    VBuffer<ReadOnlyMemory<char>> names = default;
    model.GetOutputSchema(photo.ToSchema())["Score"].GetSlotNames(ref names);
    return [.. names.DenseValues().Select(name => name.ToString())];
}

internal sealed class Photo
{
    public MLImage? Image { get; set; }
}

internal sealed class Scored
{
    public float[] Score { get; set; } = [];
}

internal sealed record Answer(string Class, float Score);
