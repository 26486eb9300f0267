# Scores a folder of pictures from Apache Spark: RDD.pipe starts a program a partition, and gives it the partition's elements, here a shard's number, a line each.
# Written from Spark's documentation (RDD programming guide, "pipe"; pyspark.RDD.pipe), and not run here.
#   spark-submit spark.py /opt/mlnetgen/mlnetgen MODEL.zip PICTURES SCORES 8
# The program is on every worker, and the folders are on a file system that all of them share.
import shlex
import sys

from pyspark.sql import SparkSession

program, model, pictures, scores, shards = sys.argv[1:6]
command = f'read shard && {shlex.join([program, "score", "--model", model, "--input", pictures, "--out", scores, "--format", "parquet"])} --shard "$shard/{int(shards)}"'

spark = SparkSession.builder.appName("mlnetgen-score").getOrCreate()
numbers = spark.sparkContext.parallelize(range(1, int(shards) + 1), int(shards))
# A task that fails is run again by Spark, and goes on at the part that it was at. What the shards say is printed.
for line in numbers.pipe(shlex.join(["sh", "-c", command]), checkCode=True).collect():
    print(line)
spark.read.parquet(f"{scores}/part-*.parquet").show()
