using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen;

/// <summary>Runs a fused file and its chain on pictures of soft noise, of several sizes.</summary>
/// <param name="model">The chain.</param>
/// <param name="picture">Its column of pictures.</param>
/// <param name="path">Its column of files, where it loads them; null otherwise.</param>
/// <param name="outputs">The columns that are held against the file's outputs.</param>
internal sealed class FusionCheck(ITransformer model, string picture, string? path, IReadOnlyList<string> outputs)
{
    private static readonly (int Width, int Height)[] Sizes = [(96, 96), (97, 131), (500, 375), (24, 31)];

    public IReadOnlyList<OnnxFusedOutput> Of(byte[] file)
    {
        double[] differences = new double[outputs.Count];
        using SessionOptions options = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using InferenceSession session = new(file, options);
        using TemporaryFolder folder = new();
        Random random = new(1);
        foreach ((int width, int height) in Sizes)
        {
            // Two at once: rows know nothing of each other.
            Picture[] pictures = [Soft(random, width, height), Soft(random, width, height)];
            using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> found = session.Run(
                [NamedOnnxValue.CreateFromTensor(FusedChain.Input,
                    new DenseTensor<byte>(pictures.SelectMany(one => one.Pixels).ToArray(), [pictures.Length, height, width, 3]))]);
            List<object>[] expected = Expected(pictures, folder);
            for (int output = 0; output < outputs.Count; output++)
                differences[output] = Math.Max(differences[output], Difference(expected[output], found.Single(value => value.Name == outputs[output])));
        }
        return [.. outputs.Select((name, i) => new OnnxFusedOutput(name, differences[i]))];
    }

    // A column's values, row by row: numbers, or a text.
    private List<object>[] Expected(Picture[] pictures, TemporaryFolder folder)
    {
        MLContext context = new();
        IDataView rows;
        if (path is not null)
        {
            SchemaDefinition files = SchemaDefinition.Create(typeof(FileRow));
            files[nameof(FileRow.File)].ColumnName = path;
            rows = context.Data.LoadFromEnumerable(pictures.Select(one => new FileRow { File = Saved(one, folder) }).ToArray(), files);
        }
        else
        {
            SchemaDefinition images = SchemaDefinition.Create(typeof(ImageRow));
            images[nameof(ImageRow.Image)].ColumnName = picture;
            images[nameof(ImageRow.Image)].ColumnType = new ImageDataViewType();
            rows = context.Data.LoadFromEnumerable(pictures.Select(one => new ImageRow { Image = one.ToImage() }), images);
        }
        IDataView transformed = model.Transform(rows);
        return [.. outputs.Select(name => Values(transformed, transformed.Schema[name]))];
    }

    private static List<object> Values(IDataView view, DataViewSchema.Column column)
    {
        List<object> values = [];
        using DataViewRowCursor cursor = view.GetRowCursor([column]);
        Func<object> read = column.Type switch
        {
            KeyDataViewType => Key(cursor, column),
            TextDataViewType => Text(cursor, column),
            ImageDataViewType => Image(cursor, column),
            VectorDataViewType vector => TensorTypes.Visit(vector.ItemType.RawType,
                new VectorReader(cursor, column)) ?? throw new NotSupportedException($"'{column.Name}' is {column.Type}."),
            _ => throw new NotSupportedException($"'{column.Name}' is {column.Type}."),
        };
        while (cursor.MoveNext()) values.Add(read());
        return values;
    }

    private static Func<object> Key(DataViewRow row, DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetKeyValues(ref names);
        ValueGetter<uint> get = row.GetGetter<uint>(column);
        return () =>
        {
            uint key = 0;
            get(ref key);
            return key == 0 ? "" : names.GetItemOrDefault((int)key - 1).ToString();
        };
    }

    private static Func<object> Text(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<ReadOnlyMemory<char>> get = row.GetGetter<ReadOnlyMemory<char>>(column);
        return () =>
        {
            ReadOnlyMemory<char> value = default;
            get(ref value);
            return value.ToString();
        };
    }

    private static Func<object> Image(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<MLImage> get = row.GetGetter<MLImage>(column);
        MLImage? image = null;
        return () =>
        {
            get(ref image!);
            Picture made = Picture.FromImage(image);
            return Enumerable.Range(0, made.Width * made.Height * 3).Select(i => (double)made.Pixels[made.Channels == 1 ? i / 3 : i]).ToArray();
        };
    }

    private static double Difference(List<object> expected, DisposableNamedOnnxValue found)
    {
        if (expected[0] is string)
            return found.AsEnumerable<string>().Zip(expected).Count(pair => pair.First != (string)pair.Second) / (double)expected.Count;
        double[] numbers = found.Value switch
        {
            Tensor<float> tensor => [.. tensor.Select(value => (double)value)],
            Tensor<byte> tensor => [.. tensor.Select(value => (double)value)],
            Tensor<long> tensor => [.. tensor.Select(value => (double)value)],
            Tensor<int> tensor => [.. tensor.Select(value => (double)value)],
            Tensor<double> tensor => [.. tensor],
            Tensor<bool> tensor => [.. tensor.Select(value => value ? 1.0 : 0)],
            _ => throw new NotSupportedException($"'{found.Name}' is a tensor of a type that ML.NET has no numbers of."),
        };
        double[] all = [.. expected.SelectMany(row => (double[])row)];
        return all.Length != numbers.Length ? double.PositiveInfinity
            : all.Zip(numbers, (a, b) => Math.Abs(a - b)).Max() / Math.Max(all.Max(Math.Abs), double.Epsilon);
    }

    private static string Saved(Picture picture, TemporaryFolder folder)
    {
        string file = folder.File($"{Guid.NewGuid():N}.png");
        picture.Save(file);
        return file;
    }

    // Waves of any direction, in each colour.
    private static Picture Soft(Random random, int width, int height)
    {
        double[] waves = [.. Enumerable.Range(0, 12).Select(_ => random.NextDouble() - 0.5)];
        byte[] pixels = new byte[3 * width * height];
        for (int i = 0; i < pixels.Length; i++)
        {
            int colour = i % 3, x = i / 3 % width, y = i / 3 / width;
            pixels[i] = (byte)(128 + (60 * Math.Sin((waves[colour] * x) + (waves[3 + colour] * y))) + (60 * Math.Cos((waves[6 + colour] * x) - (waves[9 + colour] * y))));
        }
        return new Picture(width, height, 3, pixels);
    }

    private sealed class VectorReader(DataViewRow row, DataViewSchema.Column column) : INumberVisitor<Func<object>>
    {
        public Func<object> Visit<T>()
            where T : unmanaged
        {
            ValueGetter<VBuffer<T>> get = row.GetGetter<VBuffer<T>>(column);
            VBuffer<T> value = default;
            return () =>
            {
                get(ref value);
                return value.DenseValues().Select(number => Convert.ToDouble(number, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
            };
        }
    }

    private sealed class FileRow
    {
        public string File { get; set; } = "";
    }

    private sealed class ImageRow
    {
        public MLImage? Image { get; set; }
    }
}
