using Microsoft.ML;
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

    public Lease<Classifier> Classifier(StudioModel model) => Open(model, ModelTask.Classify, () => new Classifier(CommandContext.Create(seed: 1, threads), model.Path));

    public Lease<LatentModel> Latent(StudioModel model) => Open(model, ModelTask.Latent, () => new LatentModel(CommandContext.Create(seed: 1, threads), model));

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
        (string, FileStamp) key = (model.Id, model.Stamp);
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
    private readonly MLContext context;
    private readonly string path;
    private readonly ITransformer model;
    private readonly Lock gate = new();

    public Classifier(MLContext context, string path)
    {
        (this.context, this.path) = (context, path);
        context.Images.RegisterTypes(Rows([]).Schema);
        model = ModelFile.Load(context, path).WithBatching();
    }

    /// <summary>The likeliest classes of each picture.</summary>
    public IReadOnlyList<PicturePrediction> Classify(IReadOnlyList<(string Name, Picture Picture)> pictures, int count)
    {
        PictureRow[] rows = [.. pictures.Select(one => new PictureRow { Image = one.Picture.ToImage(), Path = one.Name })];
        try
        {
            lock (gate) return context.MulticlassClassification.ReadPredictions(ClassifierModel.Classify(model, Rows(rows), path), count);
        }
        finally
        {
            foreach (PictureRow row in rows) row.Image!.Dispose();
        }
    }

    public void Dispose() => (model as IDisposable)?.Dispose();

    private IDataView Rows(PictureRow[] rows) => context.Data.LoadFromEnumerable(rows);
}
