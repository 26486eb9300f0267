using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>
/// A label column that tells a network the class of a row: how its values become one-hot rows, in training and in the saved pipeline. There by ML.NET's own
/// transforms: keys and one-hot vectors as they are, other values by the training rows' classes. A row that is of none of them gets zeros.
/// </summary>
internal sealed class ClassInput(MLContext context, DataViewSchema.Column column, ClassList classes)
{
    /// <summary>The one-hot row in the pipeline.</summary>
    public const string OneHot = "mlnetgen.oneHot";

    public ClassList Classes { get; } = classes;

    /// <summary>Finds the classes of the training rows.</summary>
    /// <exception cref="ArgumentException">The column is absent or cannot hold labels, there are no rows, or fewer than two classes.</exception>
    /// <exception cref="InvalidDataException">A row has no label.</exception>
    public static ClassInput Decide(MLContext context, IDataView rows, string name, string what, CancellationToken cancel)
    {
        ClassLabels labels = ClassLabels.Read(rows, name, cancel).AtLeastTwo(what, name, "leave the label column unset, or give rows of other classes");
        return new(context, rows.Schema[name], labels.Classes);
    }

    /// <summary>Every row's class, bytes [rows, classes].</summary>
    /// <exception cref="InvalidDataException">A row has no label, or one that is none of the classes.</exception>
    public Tensor Read(IDataView rows, CancellationToken cancel)
    {
        ClassLabels labels = ClassLabels.ReadAs(Classes, rows, column.Name, cancel);
        if (Array.FindIndex(labels.Rows, label => label < 0) is >= 0 and var row)
        {
            throw labels.Rows[row] == ClassLabels.Missing ? ClassLabels.NoLabel(row, column.Name, ClassLabels.Remedy)
                : new InvalidDataException($"row {row} of column '{column.Name}' has a label that no training row has ({string.Join(", ", labels.UnseenLabels.Keys.Take(3).Select(label => $"'{label}'"))}): filter such rows out first.");
        }
        return labels.OneHot();
    }

    /// <summary>From the label column to <see cref="OneHot"/>, a vector of Single.</summary>
    public IEstimator<ITransformer> ToOneHot() => column.Type switch
    {
        VectorDataViewType => context.Transforms.Conversion.ConvertType(OneHot, column.Name, DataKind.Single),
        KeyDataViewType => context.Transforms.Conversion.ConvertType(OneHot, column.Name, DataKind.UInt32).Append(context.Transforms.Conversion.MapKeyToVector(OneHot)),
        _ => context.Transforms.Conversion.MapValueToKey(OneHot, column.Name, keyData: ClassValues.View(context, Classes)).Append(context.Transforms.Conversion.MapKeyToVector(OneHot)),
    };
}
