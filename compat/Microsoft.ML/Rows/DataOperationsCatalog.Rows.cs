using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed partial class DataOperationsCatalog
{
    /// <summary>The two parts of a split.</summary>
    public struct TrainTestData
    {
        public readonly IDataView TrainSet;
        public readonly IDataView TestSet;

        internal TrainTestData(IDataView trainSet, IDataView testSet)
        {
            TrainSet = trainSet;
            TestSet = testSet;
        }
    }

    public IDataView Cache(IDataView input, params string[] columnsToPrefetch)
    {
        Contracts.CheckValue(input, nameof(input));
        return new CacheDataView(input, columnsToPrefetch ?? []);
    }

    public IDataView ShuffleRows(IDataView input, int? seed = null, int shufflePoolSize = 1000, bool shuffleSource = true)
    {
        Contracts.CheckValue(input, nameof(input));
        Contracts.CheckUserArg(shufflePoolSize > 0, nameof(shufflePoolSize), "Must be positive");
        return new ShuffledDataView(env, input, seed, shufflePoolSize, shuffleSource);
    }

    public IDataView SkipRows(IDataView input, long count)
    {
        Contracts.CheckValue(input, nameof(input));
        Contracts.CheckUserArg(count > 0, nameof(count), "Must be greater than zero.");
        return new RowRangeDataView(input, count, long.MaxValue);
    }

    public IDataView TakeRows(IDataView input, long count)
    {
        Contracts.CheckValue(input, nameof(input));
        Contracts.CheckUserArg(count > 0, nameof(count), "Must be greater than zero.");
        return new RowRangeDataView(input, 0, count);
    }

    public IDataView FilterRowsByMissingValues(IDataView input, params string[] columns)
    {
        Contracts.CheckValue(input, nameof(input));
        Contracts.CheckUserArg(columns is { Length: > 0 }, nameof(columns), "At least one column must be named");
        Contracts.CheckUserArg(columns.Distinct().Count() == columns.Length, nameof(columns), "Source column specified multiple times");
        DataViewSchema.Column[] tested = columns.Select(name => input.Schema.GetColumnOrNull(name)
            ?? throw Contracts.ExceptUserArg("Columns", $"Source column '{name}' not found")).ToArray();
        foreach (DataViewSchema.Column column in tested)
        {
            Contracts.CheckUserArg(RowTests.HasMissingValues(column.Type), "Columns",
                $"Column '{column.Name}' has type {column.Type} which does not support missing values, so we cannot filter on them");
        }
        return new FilteredDataView(input, tested, row =>
        {
            Func<bool>[] tests = tested.Select(column => RowTests.NothingMissing(row, column)).ToArray();
            return () => tests.All(test => test());
        });
    }

    public IDataView FilterRowsByColumn(
        IDataView input, string columnName, double lowerBound = double.NegativeInfinity, double upperBound = double.PositiveInfinity)
    {
        Contracts.CheckValue(input, nameof(input));
        Contracts.CheckNonEmpty(columnName, nameof(columnName));
        Contracts.CheckParam(lowerBound < upperBound, nameof(upperBound), "Must be less than lowerBound");
        DataViewSchema.Column column = input.Schema[columnName];
        if (column.Type is not NumberDataViewType)
            throw Contracts.ExceptSchemaMismatch(nameof(columnName), "filter", columnName, "number", column.Type.ToString());
        if (column.Type != NumberDataViewType.Single && column.Type != NumberDataViewType.Double)
            throw Contracts.ExceptUserArg("Column", $"Column '{columnName}' does not have compatible type");
        return new FilteredDataView(input, [column], row =>
        {
            Func<double> number = RowTests.Number(row, column);
            return () => number() is double value && lowerBound <= value && value < upperBound;
        });
    }

    public TrainTestData TrainTestSplit(IDataView data, double testFraction = 0.1, string samplingKeyColumnName = null, int? seed = null)
    {
        Contracts.CheckValue(data, nameof(data));
        Contracts.CheckParam(testFraction > 0 && testFraction < 1, nameof(testFraction), "Must be between 0 and 1 exclusive");
        int? splitSeed = seed ?? ((IHostEnvironmentInternal)env).Seed;
        if (samplingKeyColumnName == null)
            return Split(new FixedOrderDataView(data), [], SplitNumbers.ByPosition(splitSeed), testFraction);
        DataViewSchema.Column key = data.Schema.GetColumnOrNull(samplingKeyColumnName)
            ?? throw Contracts.ExceptSchemaMismatch(nameof(samplingKeyColumnName), "SamplingKeyColumn", samplingKeyColumnName);
        return Split(data, [key], SplitNumbers.ByColumn(data, key, splitSeed), testFraction);
    }

    // A missing key (NaN) is on neither side.
    private static TrainTestData Split(IDataView data, DataViewSchema.Column[] keys, Func<DataViewRow, Func<double>> numbers, double testFraction)
    {
        IDataView Side(Func<double, bool> belongs) => new FilteredDataView(data, keys, row =>
        {
            Func<double> number = numbers(row);
            return () => belongs(number());
        });
        return new TrainTestData(Side(number => number >= testFraction), Side(number => number >= 0 && number < testFraction));
    }
}
