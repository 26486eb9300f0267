using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen.Cli;
using MLNetGen.Studio.Protection;

namespace MLNetGen.Studio.Models;

/// <summary>A model in use: it stays open until this is disposed of.</summary>
internal sealed class Lease<T>(T model, Action giveBack) : IDisposable
{
    public T Model => model;

    public void Dispose() => giveBack();
}

/// <summary>The models that were used last, open. One that was trained again is another.</summary>
internal sealed class OpenModels(int threads) : IDisposable
{
    private const int Most = 4;

    private readonly Lock gate = new();
    private readonly Dictionary<(string Id, FileStamp Stamp), Slot> slots = [];
    private long clock;

    public Lease<StyleModel> Style(StudioModel model) => Open(model, ModelTask.Paint, () => StyleModel.Open(model.Path, threads));

    public Lease<SuperResolutionTransformer> Enlarger(StudioModel model) =>
        Open(model, ModelTask.Enlarge, () => SuperResolutionTransformer.Load(CommandContext.Create(seed: 1, threads), model.Path, numberOfThreads: threads));

    public Lease<Classifier> Classifier(StudioModel model) => Open(model, ModelTask.Classify, () => new Classifier(CommandContext.Create(seed: 1, threads), model));

    public Lease<LatentModel> Latent(StudioModel model) => Open(model, ModelTask.Latent, () => new LatentModel(CommandContext.Create(seed: 1, threads), model));

    /// <summary>Whatever the model is for.</summary>
    public Lease<NetworkModel> Network(StudioModel model, int network) => Open(($"{model.Id}/{network}", model.Stamp), () => new NetworkModel(NetworkFile.Read(model, network), threads));

    public void Dispose()
    {
        lock (gate)
        {
            foreach (Slot slot in slots.Values.Where(slot => slot.Model.IsValueCreated)) slot.Model.Value.Dispose();
            slots.Clear();
        }
    }

    private Lease<T> Open<T>(StudioModel model, ModelTask task, Func<T> open)
        where T : IDisposable
    {
        if (model.Task != task)
            throw new RefusedException(400, "other-task", $"'{model.Name}' does not do that: {(model.Family is { } family ? $"it is of the family '{family}'" : "what it is nobody knows")}. The list of models says what each is for.");
        return Open((model.Id, model.Stamp), open);
    }

    private Lease<T> Open<T>((string Id, FileStamp Stamp) key, Func<T> open)
        where T : IDisposable
    {
        Slot slot;
        lock (gate)
        {
            if (!slots.TryGetValue(key, out slot!))
                slots.Add(key, slot = new(new Lazy<IDisposable>(() => open())));
            slot.Users++;
            slot.Used = ++clock;
            CloseOldest();
        }
        try
        {
            return new Lease<T>((T)slot.Model.Value, () => GiveBack(slot));
        }
        catch
        {
            // It is tried anew the next time.
            lock (gate) slots.Remove(key);
            throw;
        }
    }

    private void GiveBack(Slot slot)
    {
        lock (gate)
        {
            slot.Users--;
            CloseOldest();
        }
    }

    private void CloseOldest()
    {
        while (slots.Count > Most && slots.Where(one => one.Value.Users == 0).OrderBy(one => one.Value.Used).Select(one => one.Key).FirstOrDefault() is { Id: not null } oldest)
        {
            slots.Remove(oldest, out Slot? closed);
            closed!.Model.Value.Dispose();
        }
    }

    private sealed class Slot(Lazy<IDisposable> model)
    {
        public Lazy<IDisposable> Model => model;

        public int Users { get; set; }

        public long Used { get; set; }
    }
}

/// <summary>A classifier's pipeline, one batch after the other.</summary>
internal sealed class Classifier : IDisposable
{
    private const int MostSearched = 50_000;

    private readonly MLContext context;
    private readonly StudioModel file;
    private readonly ITransformer model;
    private readonly Lock gate = new();
    private (string? Folder, PictureData? Data, float[][]? Features) searched;

    public Classifier(MLContext context, StudioModel file)
    {
        (this.context, this.file) = (context, file);
        context.Images.RegisterTypes(Rows([]).Schema);
        model = ModelFile.Load(context, file.Path).WithBatching();
    }

    /// <summary>The rows of a folder whose features are nearest to a picture's. The folder's are computed once.</summary>
    public IReadOnlyList<(int Row, double Distance)> Similar(Picture picture, string folder, PictureData data, int count, CancellationToken cancel)
    {
        if (data.Paths.Count > MostSearched)
            throw new ArgumentException($"the folder has {data.Paths.Count:N0} pictures; at most {MostSearched:N0} are searched.");
        PictureRow[] rows = [new() { Image = picture.ToImage() }];
        try
        {
            lock (gate)
            {
                float[] wanted = Features(Rows(rows), cancel).Single();
                // Of the folder as it is now: whoever looked it through again made another.
                if (searched.Folder != folder || searched.Data != data)
                    searched = (folder, data, Features(data.Rows, cancel));
                return [.. searched.Features!.Select((features, row) => (Row: row, Distance: (double)TensorPrimitives.Distance<float>(wanted, features))).OrderBy(one => one.Distance).Take(count)];
            }
        }
        finally
        {
            rows[0].Image!.Dispose();
        }
    }

    /// <summary>The likeliest classes of each picture, by the mean over ten parts of it: corners and middle, and the same mirrored.</summary>
    public IReadOnlyList<PicturePrediction> ClassifyCrops(IReadOnlyList<(string Name, Picture Picture)> pictures, int count) => [.. pictures.Select(one =>
    {
        IReadOnlyList<PicturePrediction> crops = Classify([.. PictureCrops.Of(one.Picture).Select(crop => (one.Name, crop))], int.MaxValue);
        return crops[0] with { Top = [.. crops.SelectMany(crop => crop.Top).GroupBy(top => top.Name).Select(group => group.First() with { Probability = group.Sum(top => top.Probability) / crops.Count }).OrderByDescending(top => top.Probability).Take(count)] };
    })];

    /// <summary>The likeliest classes of each picture.</summary>
    public IReadOnlyList<PicturePrediction> Classify(IReadOnlyList<(string Name, Picture Picture)> pictures, int count)
    {
        PictureRow[] rows = [.. pictures.Select(one => new PictureRow { Image = one.Picture.ToImage(), Path = one.Name })];
        try
        {
            lock (gate) return context.MulticlassClassification.ReadPredictions(ClassifierModel.Classify(model, Rows(rows), file.Path), count);
        }
        finally
        {
            foreach (PictureRow row in rows) row.Image!.Dispose();
        }
    }

    public void Dispose() => (model as IDisposable)?.Dispose();

    private float[][] Features(IDataView pictures, CancellationToken cancel)
    {
        List<float[]> all = [];
        foreach (float[] features in ClassifierModel.Describe(model, pictures, file.Name).GetColumn<float[]>("Features"))
        {
            cancel.ThrowIfCancellationRequested();
            all.Add([.. features]);
        }
        return [.. all];
    }

    private IDataView Rows(PictureRow[] rows) => context.Data.LoadFromEnumerable(rows);
}
